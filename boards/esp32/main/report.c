/* What leaves the board besides frames: log lines, dumps, its end. */
#include <stdio.h>

#include "board.h"
#include "dump.h"
#include "esp32.h"
#include "esp_rom_sys.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

enum { AGAIN_MS = 30000 };

/* As it is, without ESP-IDF's marks: `firmshake monitor` reads dumps from it. */
void board_log(const char *line) {
    if (xPortInIsrContext()) {
        esp_rom_printf("%s\n", line);
        return;
    }
    printf("%s\n", line);
    fflush(stdout);
}

void board_dump(const struct board_part *parts, uint32_t count) {
    fsk_dump_log(parts, count);
}

/* Whoever connects a terminal later is to see it, too. */
_Noreturn void board_halt(void) {
    for (;;) {
        board_log("firmshake: halted");
        vTaskDelay(pdMS_TO_TICKS(AGAIN_MS));
    }
}

bool is_ok(const char *what, esp_err_t error) {
    char line[96];
    if (error == ESP_OK) return true;
    snprintf(line, sizeof(line), "%s: %s", what, esp_err_to_name(error));
    board_log(line);
    return false;
}

void need(const char *what, esp_err_t error) {
    if (!is_ok(what, error)) board_halt();
}
