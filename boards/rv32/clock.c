/* The counter and its comparator: SiFive's CLINT, as `virt` has it. 10 MHz. */
#include "chip.h"

enum { CLINT_BASE = 0x02000000, MTIMECMP = CLINT_BASE + 0x4000, MTIME = CLINT_BASE + 0xbff8 };

uint64_t chip_ticks(void) {
    uint32_t high, low;
    do {
        high = register_read(MTIME + 4);
        low = register_read(MTIME);
    } while (high != register_read(MTIME + 4));
    return (uint64_t)high << 32 | low;
}

/* Never a time in between that lies in the past: privileged architecture 1.12 §3.2.1. */
void chip_compare(uint64_t ticks) {
    register_write(MTIMECMP, UINT32_MAX);
    register_write(MTIMECMP + 4, (uint32_t)(ticks >> 32));
    register_write(MTIMECMP, (uint32_t)ticks);
}

/* `wfi` ends also while interrupts are off: so what comes after the last look is not missed. */
void chip_sleep(void) {
    __asm__ volatile("wfi" ::: "memory");
    /* Now the handlers run. */
    interrupts_as(MSTATUS_MIE);
    interrupts_off();
}

uint64_t bare_instructions(void) {
    uint32_t high, low;
    do {
        high = csr_read(minstreth);
        low = csr_read(minstret);
    } while (high != csr_read(minstreth));
    return (uint64_t)high << 32 | low;
}
