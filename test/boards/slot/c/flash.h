/* Flash as chips have it, in memory, whose power can be cut within any erase or write; and the rest of a board that a slot needs. */
#ifndef TEST_FLASH_H
#define TEST_FLASH_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "board_slot.h"

enum { FLASH_BYTES = (2 + 2 * 4) * BOARD_SECTOR_BYTES, REGION_BYTES = 4 * BOARD_SECTOR_BYTES };

/* What is left of an erase or a write that was cut: nothing, its first half, all of it, some bits here and there. */
enum cut { CUT_BEFORE, CUT_WITHIN, CUT_AFTER, CUT_TORN, CUTS };

/* How a life ends that does not go on to its end. */
enum end { END_NONE, END_POWER, END_RESTART };

struct flash {
    uint8_t bytes[FLASH_BYTES];
    uint32_t length;
    /* Erases and writes so far; of those, erases of each sector. */
    uint32_t operations;
    uint32_t erases[FLASH_BYTES / BOARD_SECTOR_BYTES];
    /* The operation that is cut, counted from 0; UINT32_MAX: none. */
    uint32_t cut_at;
    enum cut cut;
    /* From this operation on erases and writes fail; UINT32_MAX: none does. */
    uint32_t fails_at;
    /* A bit that never becomes 0, by its byte's address; UINT32_MAX: none. */
    uint32_t stuck_at;
    bool cannot_map;
    uint32_t restart_in;
    uint32_t seed;
    jmp_buf life;
    char log[2048];
};
extern struct flash flash;

/* Blank, and nothing is wrong with it. */
void flash_reset(void);

/* Runs `live` until it returns, or power is cut, or it restarts the board. What is wrong with the flash is over then. */
enum end flash_live(void (*live)(void *context), void *context);

#endif
