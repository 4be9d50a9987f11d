#include "flash.h"

#include <stdio.h>
#include <string.h>

#include "board.h"

struct flash flash;

void flash_reset(void) {
    memset(&flash, 0, sizeof(flash));
    memset(flash.bytes, 0xff, sizeof(flash.bytes));
    flash.length = FLASH_BYTES;
    flash.cut_at = flash.fails_at = flash.stuck_at = UINT32_MAX;
}

enum end flash_live(void (*live)(void *context), void *context) {
    enum end end = (enum end)setjmp(flash.life);
    if (end == END_NONE) live(context);
    flash.cut_at = flash.fails_at = flash.stuck_at = UINT32_MAX;
    return end;
}

static uint8_t noise(void) {
    flash.seed = flash.seed * 1664525 + 1013904223;
    return (uint8_t)(flash.seed >> 24);
}

/* What byte `i` of `length` becomes that was `old` and was to be `new`. An operation moves bits one way only. */
static uint8_t cut_byte(uint32_t i, uint32_t length, uint8_t old, uint8_t new) {
    uint8_t mask = noise();
    if (flash.cut == CUT_BEFORE) return old;
    if (flash.cut == CUT_WITHIN) return i < length / 2 ? new : old;
    if (flash.cut == CUT_AFTER) return new;
    return (uint8_t)((old & mask) | (new & (uint8_t)~mask));
}

static bool change(uint32_t at, const uint8_t *bytes, uint32_t length) {
    uint32_t operation = flash.operations++;
    if (operation >= flash.fails_at) return false;
    for (uint32_t i = 0; i < length; i++) {
        uint8_t *byte = &flash.bytes[at + i];
        uint8_t new = bytes == NULL ? 0xff : *byte & bytes[i];
        *byte = operation == flash.cut_at ? cut_byte(i, length, *byte, new) : new;
    }
    if (flash.stuck_at != UINT32_MAX) flash.bytes[flash.stuck_at] |= 1;
    if (operation == flash.cut_at) longjmp(flash.life, END_POWER);
    return true;
}

static bool is_within(uint32_t at, uint32_t length) {
    return at <= flash.length && length <= flash.length - at;
}

uint32_t board_flash_bytes(void) {
    return flash.length;
}

bool board_flash_read(uint32_t at, void *buffer, uint32_t length) {
    if (!is_within(at, length)) return false;
    memcpy(buffer, flash.bytes + at, length);
    return true;
}

bool board_flash_erase(uint32_t sector_at) {
    if (sector_at % BOARD_SECTOR_BYTES != 0 || !is_within(sector_at, BOARD_SECTOR_BYTES)) return false;
    flash.erases[sector_at / BOARD_SECTOR_BYTES]++;
    return change(sector_at, NULL, BOARD_SECTOR_BYTES);
}

bool board_flash_write(uint32_t at, const void *bytes, uint32_t length) {
    return is_within(at, length) && change(at, bytes, length);
}

const uint8_t *board_flash_map(uint32_t at, uint32_t length) {
    return is_within(at, length) && !flash.cannot_map ? flash.bytes + at : NULL;
}

_Noreturn void board_restart(void) {
    longjmp(flash.life, END_RESTART);
}

void board_restart_in(uint32_t ms) {
    flash.restart_in = ms;
}

void board_log(const char *line) {
    size_t length = strlen(flash.log);
    snprintf(flash.log + length, sizeof(flash.log) - length, "%s\n", line);
}
