/* The one-shot timer: esp_timer's. It shares its hardware, and light sleep ends in time for it. */
#include <stddef.h>

#include "esp32.h"
#include "esp_timer.h"

static esp_timer_handle_t timer;
static bool (*ring)(void);

static void alarmed(void *unused) {
    (void)unused;
    ring();
}

void alarm_open(bool (*rang)(void)) {
    const esp_timer_create_args_t arguments = {.callback = alarmed, .name = "firmshake"};
    ring = rang;
    need("timer", esp_timer_create(&arguments, &timer));
}

void alarm_start(uint64_t in_us) {
    alarm_stop();
    need("timer", esp_timer_start_once(timer, in_us));
}

/* One that does not run cannot be stopped, and that is as well. */
void alarm_stop(void) {
    esp_timer_stop(timer);
}
