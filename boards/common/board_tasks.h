/*
 * What a board with tasks provides besides board.h, when the stack is built with FSK_TASKS. The lock is one, and the task that has it
 * may take it again: whoever is told of an event makes calls.
 */
#ifndef FIRMSHAKE_BOARD_TASKS_H
#define FIRMSHAKE_BOARD_TASKS_H

#include <stdbool.h>
#include <stdint.h>

void board_lock(void);
void board_unlock(void);

/* Every task in `board_wait_told` is to go on. Called under the lock. */
void board_tell_waiting(void);

/*
 * Called under the lock, taken once: lets go of it, sleeps until `board_tell_waiting`, or until `board_now` reaches `until` where
 * there is a limit, and takes it again. Nothing that is told in between is missed. May return for no reason.
 */
void board_wait_told(bool has_limit, uint32_t until);

#endif
