/*
 * When the loop is to be woken, and what that asks of a one-shot timer. The loop says a time in ms that wraps after 49.7 days; a timer
 * counts µs by a clock of its own, and may fire a little before the clock of `board_now` is there: then the rest is asked of it again.
 * Otherwise that time would be lost, and nothing would wake the loop.
 */
#ifndef FIRMSHAKE_ARMING_H
#define FIRMSHAKE_ARMING_H

#include <stdbool.h>
#include <stdint.h>

struct arming {
    bool is_armed;
    /* In µs of the clock that never wraps. */
    uint64_t at_us;
    /* The timer runs, for this time. */
    bool is_started;
    uint64_t started_for_us;
};

/* What to do before the loop sleeps. */
enum arming_action {
    /* Sleep: the timer is as it has to be. */
    ARMING_SLEEP,
    /* Sleep, and have the timer fire in `in_us`: that is above 0. What it was asked before is void. */
    ARMING_START,
    /* Sleep, and stop the timer. */
    ARMING_STOP,
    /* Do not sleep: the time has come. */
    ARMING_DUE,
};

/* board_arm; `now_us` is what board_now is a thousandth of. A time that is past is due at once. */
void arming_set(struct arming *arming, uint32_t at_ms, uint64_t now_us);

/* board_disarm. */
void arming_clear(struct arming *arming);

/* board_wait, before it sleeps. `has_fired`: the timer has, since it was last started. */
enum arming_action arming_next(struct arming *arming, bool has_fired, uint64_t now_us, uint64_t *in_us);

#endif
