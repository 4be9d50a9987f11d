/* How it ends: exit, reset, crash. */
#include "chip.h"

/* SiFive's test device, as QEMU has it (hw/misc/sifive_test.c). */
enum { TEST_BASE = 0x100000, TEST_FAIL = 0x3333, TEST_PASS = 0x5555, TEST_RESET = 0x7777, TEST_CODE_SHIFT = 16 };

static _Noreturn void stop_machine(uint32_t command) {
    register_write(TEST_BASE, command);
    for (;;) __asm__ volatile("wfi");
}

_Noreturn void bare_exit(int code) {
    interrupts_off();
    stop_machine(code == 0 ? TEST_PASS : (uint32_t)code << TEST_CODE_SHIFT | TEST_FAIL);
}

_Noreturn void chip_reset(void) {
    interrupts_off();
    stop_machine(TEST_RESET);
}

_Noreturn void trap_crash(uint32_t mcause, uint32_t mepc, uint32_t mtval, uint32_t stack) {
    extern char ram_start[];
    /* The stack is at the beginning of RAM. */
    bool is_overflow = stack < (uintptr_t)ram_start;
    const struct named_value values[] = {{"mcause", mcause}, {"mepc", mepc}, {"mtval", mtval}, {"sp", stack}};
    crash(is_overflow ? "crash: stack overflow" : "crash", values, sizeof(values) / sizeof(values[0]));
}
