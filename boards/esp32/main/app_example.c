/* A sensor logger: connects to a TCP server, and tells it a reading every few seconds. `nc -lk 9000` is such a server. */
#include <stdio.h>

#include "board.h"
#include "esp32.h"
#include "esp_system.h"
#include "firmshake_tasks.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "parse.h"
#include "sdkconfig.h"

enum { CONNECT_MS = 10000, WRITE_MS = 5000, RETRY_MS = 5000, STACK_BYTES = 4096 };

/* Until the connection ends, or the server takes nothing for 5 s. */
static void log_readings(int connection) {
    char line[64];
    int length;
    do {
        length = snprintf(line, sizeof(line), "up %lu ms, heap %lu bytes\n", (unsigned long)board_now(), (unsigned long)esp_get_free_heap_size());
        if (fsk_write_wait(connection, line, (uint32_t)length, WRITE_MS) != length) break;
        vTaskDelay(pdMS_TO_TICKS(CONFIG_FIRMSHAKE_EXAMPLE_SECONDS * 1000));
    } while (fsk_failure(connection) == 0);
    fsk_close(connection);
}

static void logger(void *unused) {
    uint32_t server = 0;
    (void)unused;
    bool is_address = parse_host(CONFIG_FIRMSHAKE_EXAMPLE_SERVER, &server);
    while (is_address) {
        int connection = fsk_connect_wait(server, CONFIG_FIRMSHAKE_EXAMPLE_PORT, CONNECT_MS);
        if (connection > 0) log_readings(connection);
        else printf("example: no connection: %s\n", fsk_error_name(fsk_error()));
        vTaskDelay(pdMS_TO_TICKS(RETRY_MS));
    }
    board_log("example: its server is no address");
    vTaskDelete(NULL);
}

void app_begin(void) {
    xTaskCreate(logger, "example", STACK_BYTES, NULL, tskIDLE_PRIORITY + 2, NULL);
}
