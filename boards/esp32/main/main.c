/* Firmshake on an ESP32: from power-on to a host on the network. */
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "esp32.h"
#include "firmshake.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "sdkconfig.h"
#include "start.h"
#include "upload.h"

#if CONFIG_FIRMSHAKE_LIGHT_SLEEP
#include "esp_pm.h"
#endif

static void sleep_lightly(void) {
#if CONFIG_FIRMSHAKE_LIGHT_SLEEP
    const esp_pm_config_t config = {
        .max_freq_mhz = CONFIG_ESP_DEFAULT_CPU_FREQ_MHZ, .min_freq_mhz = CONFIG_XTAL_FREQ, .light_sleep_enable = true};
    is_ok("light sleep", esp_pm_configure(&config));
#endif
}

static void set_up(struct setup *setup) {
    settings_open();
    settings_load(setup);
    if (prompt(setup)) settings_save(setup);
}

/* The 10 s of a module on trial begin here, where there is a network. */
static void start(const struct setup *setup) {
    const struct fsk_config config = {.address = setup->address, .prefix_length = setup->prefix_length, .gateway = setup->gateway};
    slot_start(&config);
}

static void say_page(const struct setup *setup) {
#if CONFIG_FIRMSHAKE_PROFILE_LAN_APPS
    char line[48];
    snprintf(line, sizeof(line), "firmshake: http://" FSK_IPV4_FORMAT "/", FSK_IPV4_BYTES(setup->address));
    board_log(line);
#else
    (void)setup;
#endif
}

/* Apps of this firmware that listen to events are told here what is not of an upload. */
static void told(void *context, int handle, uint32_t kinds) {
    (void)context;
    upload_told(handle, kinds);
}

static void firmware(void *unused) {
    static struct setup setup;
    (void)unused;
    tasks_open();
    clock_open();
    memory_open();
    set_up(&setup);
    sleep_lightly();
    link_open();
    if (!driver_start(&setup)) board_halt();
    link_wait_up();
    start(&setup);
    say_page(&setup);
    fsk_on_event(told, NULL);
    if (CONFIG_FIRMSHAKE_UPLOAD_KEY[0] != 0) upload_begin(UPLOAD_PORT, CONFIG_FIRMSHAKE_UPLOAD_KEY, strlen(CONFIG_FIRMSHAKE_UPLOAD_KEY));
#if CONFIG_FIRMSHAKE_EXAMPLE
    app_begin();
#endif
    fsk_run();
}

void app_main(void) {
    static StackType_t stack[CONFIG_FIRMSHAKE_TASK_STACK / sizeof(StackType_t)];
    static StaticTask_t task;
    xTaskCreateStaticPinnedToCore(firmware, "firmshake", sizeof(stack) / sizeof(StackType_t), NULL, CONFIG_FIRMSHAKE_TASK_PRIORITY, stack, &task,
                                  CONFIG_FIRMSHAKE_TASK_CORE);
}
