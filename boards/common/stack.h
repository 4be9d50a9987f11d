/* What the files of this folder share. Firmware includes firmshake.h; programs that try the core alone include this. */
#ifndef FIRMSHAKE_STACK_H
#define FIRMSHAKE_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "core.h"
#include "firmshake.h"

/* FSK_TASKS: calls come from several tasks, one at a time. Else this costs nothing. */
#ifdef FSK_TASKS
#include "board_tasks.h"
#define TASK_LOCAL _Thread_local
#else
#define TASK_LOCAL
static inline void board_lock(void) {}
static inline void board_unlock(void) {}
static inline void board_tell_waiting(void) {}
#endif

/* The loop is to look what follows from a call, and soon. */
void stack_called(void);

/* The loop is within a turn, and this is its task: nobody else gets here then. Asked under the lock. */
bool stack_is_turning(void);

/* What a call gives: the core's result, or -1 and the error is kept. */
int32_t stack_result(int32_t result);

/* This module is to be loaded, and not the one that is embedded. Before `fsk_start`; it is to stay where it is. */
void stack_use(const struct core_module *module);

/* How much linear memory the build has set aside: no module may need more. */
uint32_t stack_memory_bytes(void);

/* Loads the module, into the memory that the build has set aside. NULL, or why it could not. */
const char *stack_load(void);

/* Writes the identity, with a new key, and boots. 0 or an errno; on FSK_ENETDOWN the reason is on the log. */
int stack_boot(void);

/* The module has trapped: says so, leaves a dump, and starts it again. Halts the board where it does not start. */
void stack_recover(void);

/* The length of the frame that was received last. */
extern uint32_t stack_rx_length;

/* One line on the log, of several parts. */
void stack_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
