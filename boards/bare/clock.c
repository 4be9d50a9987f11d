/*
 * Time, the one timer, sleep and the watchdog, where a chip has one counter and one comparator. That is used for two things: while
 * the board waits it holds the armed time, or never; while the firmware is busy it is the watchdog's.
 */
#include "chip.h"

/* A turn of the loop takes some ms at most. One that takes this long does not end. */
enum { WATCHDOG_MS = 2000, WATCHDOG_TICKS = WATCHDOG_MS * CHIP_TICKS_PER_MS };

/* 2^32, divided by the ticks in a ms. */
enum {
    HIGH_MS = (uint32_t)((UINT64_C(1) << 32) / CHIP_TICKS_PER_MS),
    HIGH_REST = (uint32_t)((UINT64_C(1) << 32) % CHIP_TICKS_PER_MS),
};

static struct {
    uint64_t deadline;
    bool is_armed;
    volatile bool is_woken;
    volatile bool is_waiting;
    /* Low half: it is read in an interrupt, and so has to be one word. */
    volatile uint32_t alive_at;
    volatile uint32_t interrupts;
    uint32_t sleeps;
    uint64_t ticks_asleep;
} timer;

uint32_t clock_ticks(void) {
    return (uint32_t)chip_ticks();
}

/* floor(ticks / CHIP_TICKS_PER_MS) modulo 2^32, without the 64-bit division that would take a KB. */
static uint32_t to_ms(uint64_t ticks, uint32_t *rest) {
    uint32_t high = (uint32_t)(ticks >> 32) % CHIP_TICKS_PER_MS;
    uint32_t low = (uint32_t)ticks;
    uint32_t remainders = high * HIGH_REST + low % CHIP_TICKS_PER_MS;
    *rest = remainders % CHIP_TICKS_PER_MS;
    return high * HIGH_MS + low / CHIP_TICKS_PER_MS + remainders / CHIP_TICKS_PER_MS;
}

uint32_t board_now(void) {
    uint32_t rest;
    return to_ms(chip_ticks(), &rest);
}

void board_arm(uint32_t at) {
    uint32_t rest;
    uint64_t ticks = chip_ticks();
    int32_t in_ms = (int32_t)(at - to_ms(ticks, &rest));
    timer.deadline = in_ms <= 0 ? ticks : ticks - rest + (uint64_t)(uint32_t)in_ms * CHIP_TICKS_PER_MS;
    timer.is_armed = true;
}

void board_disarm(void) {
    timer.is_armed = false;
}

void board_wake(void) {
    timer.is_woken = true;
}

/* The comparator is left as it is: its interrupt looks when this was. */
void board_alive(void) {
    timer.alive_at = clock_ticks();
}

void clock_forgive(uint32_t ticks) {
    timer.alive_at += ticks;
}

static _Noreturn void bite(uint32_t at) {
    const struct named_value values[] = {{"pc", at}};
    log_values("watchdog: the loop has hung", values, 1);
    chip_reset();
}

void clock_interrupt(uint32_t at) {
    timer.interrupts++;
    if (timer.is_waiting) {
        chip_compare(CHIP_NEVER);
        return;
    }
    uint64_t now = chip_ticks();
    uint32_t silent = (uint32_t)now - timer.alive_at;
    if (silent >= WATCHDOG_TICKS) bite(at);
    chip_compare(now + (WATCHDOG_TICKS - silent));
}

static bool is_due(void) {
    return timer.is_armed && chip_ticks() >= timer.deadline;
}

static void sleep(void) {
    uint64_t from = chip_ticks();
    timer.is_waiting = true;
    chip_compare(timer.is_armed ? timer.deadline : CHIP_NEVER);
    chip_sleep();
    timer.is_waiting = false;
    uint64_t to = chip_ticks();
    timer.sleeps++;
    timer.ticks_asleep += to - from;
    chip_compare(to + WATCHDOG_TICKS);
}

void board_wait(void) {
    uint32_t before = interrupts_off();
    if (!timer.is_woken && !is_due() && !net_is_ready()) sleep();
    net_awake();
    timer.is_woken = false;
    if (is_due()) timer.is_armed = false;
    timer.alive_at = clock_ticks();
    interrupts_as(before);
}

void clock_figures(struct bare_figures *figures) {
    uint32_t rest;
    figures->timer_interrupts = timer.interrupts;
    figures->sleeps = timer.sleeps;
    figures->ms_asleep = to_ms(timer.ticks_asleep, &rest);
}

void clock_start(void) {
    board_alive();
    chip_compare(chip_ticks() + WATCHDOG_TICKS);
}
