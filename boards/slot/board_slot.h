/*
 * What a board with a slot provides besides board.h: flash that nothing else uses, and a way to begin anew. Flash is as chips are: an
 * erase sets the bits of a sector, a write clears bits, and power may fail within either. What fails says false.
 * Called from the task that turns the loop, and before it.
 */
#ifndef FIRMSHAKE_BOARD_SLOT_H
#define FIRMSHAKE_BOARD_SLOT_H

#include <stdbool.h>
#include <stdint.h>

enum { BOARD_SECTOR_BYTES = 4096 };

/* Whole sectors, from address 0; 0: there is no slot. */
uint32_t board_flash_bytes(void);
bool board_flash_read(uint32_t at, void *buffer, uint32_t length);
bool board_flash_erase(uint32_t sector_at);
bool board_flash_write(uint32_t at, const void *bytes, uint32_t length);

/*
 * The same bytes as memory that is read, 16-byte aligned where `at` is; NULL: it cannot be had. Stays until the board restarts. What
 * is written later is seen.
 */
const uint8_t *board_flash_map(uint32_t at, uint32_t length);

/* Begins anew, as after a reset. */
_Noreturn void board_restart(void);

/* The same when so much time has passed, also where the loop hangs; 0: no more. Replaces what was asked before. */
void board_restart_in(uint32_t ms);

#endif
