/* What the files of this folder share: how registers are reached, and who calls whom. Firmware includes bare.h instead. */
#ifndef RV32_CHIP_H
#define RV32_CHIP_H

#include "machine.h"

/* The compiler is told rv32imc, whose library it then finds; so each CSR instruction asks for its extension by itself. */
#define CSR_CODE(instruction) ".option push\n.option arch, +zicsr\n" instruction "\n.option pop"
#define csr_read(name)                                                                                                 \
    ({                                                                                                                 \
        uint32_t csr_value;                                                                                            \
        __asm__ volatile(CSR_CODE("csrr %0, " #name) : "=r"(csr_value)::"memory");                                     \
        csr_value;                                                                                                     \
    })
#define csr_write(name, value) __asm__ volatile(CSR_CODE("csrw " #name ", %0")::"r"(value) : "memory")
#define csr_set(name, bits) __asm__ volatile(CSR_CODE("csrs " #name ", %0")::"r"(bits) : "memory")
/* Gives what it was before. */
#define csr_clear(name, bits)                                                                                          \
    ({                                                                                                                 \
        uint32_t csr_value;                                                                                            \
        __asm__ volatile(CSR_CODE("csrrc %0, " #name ", %1") : "=r"(csr_value) : "r"(bits) : "memory");                \
        csr_value;                                                                                                     \
    })

/* Privileged architecture 1.12 §3.1.6, §3.1.9, §3.1.15. */
enum { MSTATUS_MIE = 1 << 3, MIE_MTIE = 1 << 7, MIE_MEIE = 1 << 11 };
enum { MCAUSE_TIMER = 7 };

static inline uint32_t interrupts_off(void) {
    return csr_clear(mstatus, MSTATUS_MIE) & MSTATUS_MIE;
}

/* Back to what `interrupts_off` found. */
static inline void interrupts_as(uint32_t before) {
    csr_set(mstatus, before);
}

/* Devices look at memory by themselves: what comes before this is to be seen by them before what comes after it. */
static inline void memory_fence(void) {
    __asm__ volatile("fence iorw, iorw" ::: "memory");
}

enum { CHIP_TICKS_PER_MS = 10000 };

/* Called by start.S before main. */
void chip_start(const void *device_tree);
void protection_start(void);
void settings_start(const void *device_tree);

/* Traps. */
void trap_vector(void);
void trap_interrupt(uint32_t mcause, uint32_t mepc);
_Noreturn void trap_crash(uint32_t mcause, uint32_t mepc, uint32_t mtval, uint32_t stack);

/* An external interrupt's handler; each number has one. */
void interrupt_connect(uint32_t number, void (*handler)(void));

#endif
