/* Interrupts: which there are, and who handles them. And what is no interrupt: a crash. */
#include "chip.h"

void interrupt_enable(uint32_t number) {
    special_write(intenable, special_read(intenable) | 1u << number);
}

void trap_interrupt(uint32_t pc) {
    uint32_t pending = special_read(interrupt) & special_read(intenable);
    if (pending & 1u << INTERRUPT_TIMER) comparator_interrupt(pc);
    if (pending & 1u << INTERRUPT_NETWORK) net_interrupt();
}

const char *volatile trap_means;

_Noreturn void trap_crash(uint32_t cause, uint32_t pc, uint32_t address, uint32_t stack) {
    extern char ram_start[];
    if (trap_means != 0) {
        board_log(trap_means);
        board_halt();
    }
    /* The stack is at the beginning of RAM. */
    bool is_overflow = stack - (uintptr_t)ram_start > UINT32_MAX / 2 && address < (uintptr_t)ram_start;
    const struct named_value values[] = {{"exccause", cause}, {"pc", pc}, {"excvaddr", address}, {"sp", stack}};
    crash(is_overflow ? "crash: stack overflow" : "crash", values, sizeof(values) / sizeof(values[0]));
}

void chip_start(const void *parameters) {
    settings_start(parameters);
    clock_start();
    interrupt_enable(INTERRUPT_TIMER);
    interrupts_as(0);
}
