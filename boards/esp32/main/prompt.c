/* The set-up over the serial line that the log goes to. ESP-IDF's console gives what has come, and does not wait. */
#include <stdio.h>
#include <unistd.h>

#include "board.h"
#include "esp32.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "sdkconfig.h"

enum { LOOK_MS = 20 };

#if CONFIG_FIRMSHAKE_LINK_WIFI
static const bool has_wifi = true;
#else
static const bool has_wifi = false;
#endif

static void show(const char *text) {
    fputs(text, stdout);
    fflush(stdout);
}

/* False: nothing has come. */
static bool next_byte(char *byte) {
    return read(STDIN_FILENO, byte, 1) == 1;
}

static bool is_enter_pressed(uint32_t within_ms) {
    char byte;
    uint32_t from = board_now();
    while (board_now() - from < within_ms) {
        if (next_byte(&byte) && (byte == '\r' || byte == '\n')) return true;
        vTaskDelay(pdMS_TO_TICKS(LOOK_MS));
    }
    return false;
}

static void ask(struct setup *setup) {
    static struct setup_dialogue dialogue;
    char byte;
    bool is_over = false;
    setup_begin(&dialogue, setup, has_wifi, show);
    while (!is_over) {
        if (next_byte(&byte)) is_over = setup_take(&dialogue, byte);
        else vTaskDelay(pdMS_TO_TICKS(LOOK_MS));
    }
}

bool prompt(struct setup *setup) {
    char line[64];
    const char *lacks = setup_lacks(setup, has_wifi);
    bool is_asked = lacks != NULL;
    if (lacks == NULL && CONFIG_FIRMSHAKE_SETUP_SECONDS > 0) {
        snprintf(line, sizeof(line), "setup: press Enter within %d s to change it", CONFIG_FIRMSHAKE_SETUP_SECONDS);
        board_log(line);
        is_asked = is_enter_pressed(CONFIG_FIRMSHAKE_SETUP_SECONDS * 1000);
    }
    if (!is_asked) return false;
    if (lacks != NULL) {
        snprintf(line, sizeof(line), "setup: %s", lacks);
        board_log(line);
    }
    do ask(setup);
    while (setup_lacks(setup, has_wifi) != NULL);
    return true;
}
