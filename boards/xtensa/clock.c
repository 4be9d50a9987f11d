/*
 * The counter and its comparator: CCOUNT and CCOMPARE0 (instruction set reference §4.4.6). The counter has 32 bits and wraps after
 * four and a half minutes: so somebody has to look at it once in two, or a wrap would go unseen.
 */
#include "chip.h"

enum { LONGEST_TICKS = 1 << 30 };

static struct {
    volatile uint32_t low;
    volatile uint32_t high;
    /* What the comparator is to wait for, of which it may see but a part. */
    volatile uint64_t compare;
} clock;

/* Sees a wrap, if this is called at least once in each. */
uint64_t chip_ticks(void) {
    uint32_t before = interrupts_off();
    uint32_t low = special_read(ccount);
    if (low < clock.low) clock.high++;
    clock.low = low;
    uint64_t ticks = (uint64_t)clock.high << 32 | low;
    interrupts_as(before);
    return ticks;
}

/* The comparator interrupts when it equals the counter: a time that has passed meanwhile is asked for again, a little later. */
void chip_compare(uint64_t ticks) {
    uint32_t before = interrupts_off();
    enum { SOON_TICKS = 64 };
    clock.compare = ticks;
    uint64_t now = chip_ticks();
    uint64_t in = ticks <= now ? 0 : ticks - now;
    if (in > LONGEST_TICKS) in = LONGEST_TICKS;
    uint32_t soon = SOON_TICKS;
    do {
        uint32_t at = (uint32_t)now + (in < soon ? soon : (uint32_t)in);
        special_write(ccompare0, at);
        now = chip_ticks();
        if ((int32_t)(at - (uint32_t)now) > 0) break;
        in = 0;
        soon *= 2;
    } while (soon != 0);
    interrupts_as(before);
}

/* True where it is the time that was asked for, and not one on the way there. */
static bool has_come(void) {
    return chip_ticks() >= clock.compare;
}

void comparator_interrupt(uint32_t pc) {
    if (has_come()) clock_interrupt(pc);
    else chip_compare(clock.compare);
}

/* `waiti` lets interrupts in and waits for one at once, so what comes after the last look is not missed. */
void chip_sleep(void) {
    __asm__ volatile("waiti 0" ::: "memory");
    interrupts_off();
}

/* Exact only with -icount shift=6, where the counter counts instructions. */
uint64_t bare_instructions(void) {
    return chip_ticks();
}
