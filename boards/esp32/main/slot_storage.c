/*
 * The slot for the module on an ESP32: board_slot.h over a partition of flash, and a timer for the trial. ESP-IDF 5.1 and later.
 * partitions.csv:  module, data, undefined, , 256K,
 */
#include "board.h"
#include "board_slot.h"
#include "esp_partition.h"
#include "esp_system.h"
#include "esp_timer.h"

static const esp_partition_t *find(void) {
    const esp_partition_t *found = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_UNDEFINED, "module");
    if (found == NULL) return NULL;
    /* Where flash is encrypted a write has to be of whole blocks, and what is erased does not read as ones. */
    if (!found->encrypted && found->erase_size == BOARD_SECTOR_BYTES) return found;
    board_log("slot: the partition is encrypted, or its sectors are not of 4 KiB: there is no slot");
    return NULL;
}

static const esp_partition_t *partition(void) {
    static const esp_partition_t *kept;
    static bool is_sought;
    if (!is_sought) kept = find();
    is_sought = true;
    return kept;
}

uint32_t board_flash_bytes(void) {
    return partition() == NULL ? 0 : partition()->size / BOARD_SECTOR_BYTES * BOARD_SECTOR_BYTES;
}

bool board_flash_read(uint32_t at, void *buffer, uint32_t length) {
    return partition() != NULL && esp_partition_read(partition(), at, buffer, length) == ESP_OK;
}

bool board_flash_erase(uint32_t sector_at) {
    return partition() != NULL && esp_partition_erase_range(partition(), sector_at, BOARD_SECTOR_BYTES) == ESP_OK;
}

bool board_flash_write(uint32_t at, const void *bytes, uint32_t length) {
    return partition() != NULL && esp_partition_write(partition(), at, bytes, length) == ESP_OK;
}

/* All of it, once: each mapping takes pages of the MMU, and they are few. IDF flushes the cache where it erases or writes. */
const uint8_t *board_flash_map(uint32_t at, uint32_t length) {
    static const void *mapped;
    esp_partition_mmap_handle_t handle;
    if (partition() == NULL || at > partition()->size || length > partition()->size - at) return NULL;
    bool is_mapped = mapped != NULL || esp_partition_mmap(partition(), 0, partition()->size, ESP_PARTITION_MMAP_DATA, &mapped, &handle) == ESP_OK;
    return is_mapped ? (const uint8_t *)mapped + at : NULL;
}

_Noreturn void board_restart(void) {
    esp_restart();
}

static void ring(void *unused) {
    (void)unused;
    esp_restart();
}

/* From the timer's own task, whose priority is above the loop's: it comes where the module hangs, too. */
void board_restart_in(uint32_t ms) {
    static esp_timer_handle_t timer;
    const esp_timer_create_args_t arguments = {.callback = ring, .name = "trial"};
    if (timer == NULL && esp_timer_create(&arguments, &timer) != ESP_OK) {
        board_log("slot: no timer for the trial: only a reset ends it");
        return;
    }
    esp_timer_stop(timer);
    if (ms != 0) esp_timer_start_once(timer, (uint64_t)ms * 1000);
}
