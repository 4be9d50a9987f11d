/* What the files of this folder share: how registers are reached, and who calls whom. Firmware includes bare.h instead. */
#ifndef XTENSA_CHIP_H
#define XTENSA_CHIP_H

#include "machine.h"

#define special_read(name)                                                                                             \
    ({                                                                                                                 \
        uint32_t special_value;                                                                                        \
        __asm__ volatile("rsr." #name " %0" : "=a"(special_value)::"memory");                                          \
        special_value;                                                                                                 \
    })
#define special_write(name, value) __asm__ volatile("wsr." #name " %0\n rsync" ::"a"(value) : "memory")

/* Instruction set reference §4.4.5: what the CPU (dc232b) has at level 1. */
enum { INTERRUPT_NETWORK = 1, INTERRUPT_TIMER = 6 };

/* What QEMU's virtual clock gives the counter; with -icount shift=6 it is one for an instruction. */
enum { CHIP_TICKS_PER_MS = 15625 };

static inline uint32_t interrupts_off(void) {
    uint32_t before;
    __asm__ volatile("rsil %0, 1" : "=a"(before)::"memory");
    return before;
}

static inline void interrupts_as(uint32_t before) {
    special_write(ps, before);
}

/* Devices look at memory by themselves: what comes before this is to be seen by them before what comes after it. */
static inline void memory_fence(void) {
    __asm__ volatile("memw" ::: "memory");
}

/* Called by start.S before main. */
void chip_start(const void *parameters);
void settings_start(const void *parameters);

/* Called by start.S. */
void trap_interrupt(uint32_t pc);
/* What a crash means while this is set: that something is not there which is tried for the first time. */
extern const char *volatile trap_means;
_Noreturn void trap_crash(uint32_t cause, uint32_t pc, uint32_t address, uint32_t stack);

void comparator_interrupt(uint32_t pc);
void net_interrupt(void);
void interrupt_enable(uint32_t number);

/* QEMU's -semihosting: a call of the host's (devices/host.c). Gives what it gave. */
enum { HOST_EXIT = 1, HOST_READ = 3, HOST_OPEN = 5, HOST_CLOSE = 6 };
int32_t host_call(uint32_t number, uint32_t first, uint32_t second, uint32_t third);

#endif
