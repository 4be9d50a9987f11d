/** What must hold after every call of the core. What does not ends the process: see `violated`. */
#ifndef FUZZ_ORACLES_H
#define FUZZ_ORACLES_H

#include <stdbool.h>
#include <stdint.h>

/** Where the guards and the statistics are; absent guards (a release build) are 0. */
void oracles_begin(uint8_t *memory, uint32_t bytes, uint32_t guards, uint32_t statistics);
void oracles_keep(void);
void oracles_restore(void);
void oracles_booted(void);
/** The pools hold no more than they can; and, if `is_thorough`, the guards are whole. */
void oracles_look(void);
/** The guards are looked at after each call, and not at the end of an execution only: that takes half the time. */
extern bool is_thorough;
bool oracles_are_guards_whole(void);
void oracles_look_at_guards(void);
/** A deadline that has moved was told, and no other. */
void oracles_pending(uint32_t pending, int32_t deadline);
void oracles_received(int32_t result, uint32_t pending);
void oracles_transmitted(uint32_t pending, const uint8_t *frame, uint32_t length);
/** All of memory is as it was between these two. */
void oracles_freeze(void);
void oracles_frozen(const char *what);
/** Nothing is left: no connection, half-open, TIME-WAIT or listener. */
void oracles_empty(void);
void oracles_frame_is(const char *direction, const uint8_t *frame, uint32_t length, int32_t result);

#endif
