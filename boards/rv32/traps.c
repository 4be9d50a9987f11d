/* Interrupts: which there are, and who handles them. As much of the PLIC (RISC-V PLIC 1.0.0) as one hart in M mode needs. */
#include "chip.h"

/* §3 memory map. Context 0 is the first hart in M mode. */
enum {
    PLIC_BASE = 0x0c000000,
    PLIC_PRIORITY = PLIC_BASE,
    PLIC_ENABLE = PLIC_BASE + 0x2000,
    PLIC_THRESHOLD = PLIC_BASE + 0x200000,
    PLIC_CLAIM = PLIC_BASE + 0x200004,
};

/* `virt` has 8 virtio slots with the numbers from 1 on; nothing else is connected. */
enum { INTERRUPT_NUMBERS = 9 };

static void (*handlers[INTERRUPT_NUMBERS])(void);

void interrupt_connect(uint32_t number, void (*handler)(void)) {
    handlers[number] = handler;
    register_write(PLIC_PRIORITY + 4 * number, 1);
    register_write(PLIC_THRESHOLD, 0);
    register_write(PLIC_ENABLE, register_read(PLIC_ENABLE) | 1u << number);
}

static void external_interrupt(void) {
    uint32_t number = register_read(PLIC_CLAIM);
    if (number == 0) return;
    if (number < INTERRUPT_NUMBERS && handlers[number] != 0) handlers[number]();
    register_write(PLIC_CLAIM, number);
}

void trap_interrupt(uint32_t mcause, uint32_t mepc) {
    /* No others are enabled. */
    if ((mcause & INT32_MAX) == MCAUSE_TIMER) clock_interrupt(mepc);
    else external_interrupt();
}

void chip_start(const void *device_tree) {
    protection_start();
    settings_start(device_tree);
    clock_start();
    csr_set(mie, MIE_MTIE | MIE_MEIE);
    csr_set(mstatus, MSTATUS_MIE);
}
