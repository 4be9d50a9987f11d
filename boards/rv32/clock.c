/*
 * Time, the one timer, sleep and the watchdog. There is one comparator, and it is used for two things: while the board waits it
 * holds the armed time, or never; while the firmware is busy it is the watchdog's.
 */
#include "chip.h"

/* SiFive's CLINT, as `virt` has it: 10 MHz. */
enum { CLINT_BASE = 0x02000000, MTIMECMP = CLINT_BASE + 0x4000, MTIME = CLINT_BASE + 0xbff8 };

/* A turn of the loop takes some ms at most. One that takes this long does not end. */
enum { WATCHDOG_MS = 2000, WATCHDOG_TICKS = WATCHDOG_MS * CLOCK_TICKS_PER_MS };

#define NEVER UINT64_MAX

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
    return register_read(MTIME);
}

uint64_t clock_all_ticks(void) {
    uint32_t high, low;
    do {
        high = register_read(MTIME + 4);
        low = register_read(MTIME);
    } while (high != register_read(MTIME + 4));
    return (uint64_t)high << 32 | low;
}

/* Never a time in between that lies in the past: privileged architecture 1.12 §3.2.1. */
static void compare_at(uint64_t ticks) {
    register_write(MTIMECMP, UINT32_MAX);
    register_write(MTIMECMP + 4, (uint32_t)(ticks >> 32));
    register_write(MTIMECMP, (uint32_t)ticks);
}

/* floor(ticks / 10,000) modulo 2^32, without a 64-bit division: 2^32 = 429,496 · 10,000 + 7,296. */
static uint32_t to_ms(uint64_t ticks, uint32_t *rest) {
    uint32_t high = (uint32_t)(ticks >> 32) % CLOCK_TICKS_PER_MS;
    uint32_t low = (uint32_t)ticks;
    uint32_t remainders = high * 7296 + low % CLOCK_TICKS_PER_MS;
    *rest = remainders % CLOCK_TICKS_PER_MS;
    return high * 429496 + low / CLOCK_TICKS_PER_MS + remainders / CLOCK_TICKS_PER_MS;
}

uint32_t board_now(void) {
    uint32_t rest;
    return to_ms(clock_all_ticks(), &rest);
}

void board_arm(uint32_t at) {
    uint32_t rest;
    uint64_t ticks = clock_all_ticks();
    int32_t in_ms = (int32_t)(at - to_ms(ticks, &rest));
    timer.deadline = in_ms <= 0 ? ticks : ticks - rest + (uint64_t)(uint32_t)in_ms * CLOCK_TICKS_PER_MS;
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

static _Noreturn void bite(uint32_t mepc) {
    const struct named_value values[] = {{"mepc", mepc}};
    log_values("watchdog: the loop has hung", values, 1);
    chip_reset();
}

void clock_interrupt(uint32_t mepc) {
    timer.interrupts++;
    if (timer.is_waiting) {
        compare_at(NEVER);
        return;
    }
    uint64_t now = clock_all_ticks();
    uint32_t silent = (uint32_t)now - timer.alive_at;
    if (silent >= WATCHDOG_TICKS) bite(mepc);
    compare_at(now + (WATCHDOG_TICKS - silent));
}

static bool is_due(void) {
    return timer.is_armed && clock_all_ticks() >= timer.deadline;
}

/* `wfi` ends also while interrupts are off: so what comes after the last look is not missed. */
static void sleep(void) {
    uint64_t from = clock_all_ticks();
    timer.is_waiting = true;
    compare_at(timer.is_armed ? timer.deadline : NEVER);
    __asm__ volatile("wfi" ::: "memory");
    uint64_t to = clock_all_ticks();
    timer.sleeps++;
    timer.ticks_asleep += to - from;
    /* Now the handlers run. */
    interrupts_as(MSTATUS_MIE);
    interrupts_off();
    timer.is_waiting = false;
    compare_at(to + WATCHDOG_TICKS);
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
    compare_at(clock_all_ticks() + WATCHDOG_TICKS);
}

uint64_t bare_instructions(void) {
    uint32_t high, low;
    do {
        high = csr_read(minstreth);
        low = csr_read(minstret);
    } while (high != csr_read(minstreth));
    return (uint64_t)high << 32 | low;
}
