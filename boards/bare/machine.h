/*
 * What bare/ wants of a chip, and what the files of a board share. Each board's chip.h includes this, and adds what has to be inline:
 *
 *   CHIP_TICKS_PER_MS                  of the counter
 *   uint32_t interrupts_off(void)      and what they were before
 *   void interrupts_as(uint32_t)       back to that
 */
#ifndef BARE_MACHINE_H
#define BARE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "bare.h"
#include "board.h"

/* The chip's. */

/* A counter that never goes back. May be called from interrupts. */
uint64_t chip_ticks(void);

/* Has the comparator interrupt at this time, at once if it is past; `clock_interrupt` is called then. */
void chip_compare(uint64_t ticks);
#define CHIP_NEVER UINT64_MAX

/* Sleeps until there is an interrupt, also one that has come since they are off. They are off again on return, and were handled. */
void chip_sleep(void);

/* Starts over as after power-on. */
_Noreturn void chip_reset(void);

/* Called in board_wait, with interrupts off. Is there a reason not to sleep? Until `net_awake`, the next frame interrupts. */
bool net_is_ready(void);
void net_awake(void);

/* clock.c's. */

void clock_start(void);

/* Low half of the counter. */
uint32_t clock_ticks(void);

/* The watchdog is not to count these. */
void clock_forgive(uint32_t ticks);

/* The comparator's time has come; what was interrupted was at this address. */
void clock_interrupt(uint32_t at);

/* Says what has happened, and halts. */
_Noreturn void crash(const char *what, const struct named_value *values, uint32_t count);

static inline uint32_t register_read(uintptr_t address) {
    return *(volatile uint32_t *)address;
}

static inline void register_write(uintptr_t address, uint32_t value) {
    *(volatile uint32_t *)address = value;
}

#endif
