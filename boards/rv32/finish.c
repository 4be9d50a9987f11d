/* How it ends: crash, halt, exit, reset, and the dump that a trap of the module leaves. */
#include "chip.h"
#include "dump.h"

/* SiFive's test device, as QEMU has it (hw/misc/sifive_test.c). */
enum { TEST_BASE = 0x100000, TEST_FAIL = 0x3333, TEST_PASS = 0x5555, TEST_RESET = 0x7777, TEST_CODE_SHIFT = 16 };

enum { LINE_BYTES = 120, HALT_CODE = 1, CRASH_CODE = 2 };

struct line {
    char text[LINE_BYTES];
    uint32_t length;
};

static void append(struct line *line, const char *text) {
    while (*text != 0 && line->length < LINE_BYTES - 1) line->text[line->length++] = *text++;
    line->text[line->length] = 0;
}

static void append_hexadecimal(struct line *line, uint32_t value) {
    char digits[] = "0x00000000";
    for (uint32_t at = sizeof(digits) - 2; at >= 2; at--, value >>= 4) digits[at] = "0123456789abcdef"[value & 15];
    append(line, digits);
}

void log_values(const char *what, const struct named_value *values, uint32_t count) {
    struct line line;
    line.length = 0;
    append(&line, what);
    for (uint32_t i = 0; i < count; i++) {
        append(&line, i == 0 ? ": " : ", ");
        append(&line, values[i].name);
        append(&line, " ");
        append_hexadecimal(&line, values[i].value);
    }
    board_log(line.text);
}

static _Noreturn void stop_machine(uint32_t command) {
    register_write(TEST_BASE, command);
    for (;;) __asm__ volatile("wfi");
}

_Noreturn void rv32_exit(int code) {
    interrupts_off();
    stop_machine(code == 0 ? TEST_PASS : (uint32_t)code << TEST_CODE_SHIFT | TEST_FAIL);
}

_Noreturn void chip_reset(void) {
    interrupts_off();
    stop_machine(TEST_RESET);
}

_Noreturn void board_halt(void) {
    board_log("halted");
    rv32_exit(HALT_CODE);
}

_Noreturn void trap_crash(uint32_t mcause, uint32_t mepc, uint32_t mtval, uint32_t stack) {
    extern char ram_start[];
    static bool is_crashing;
    /* What says why may crash, too. */
    if (is_crashing) rv32_exit(CRASH_CODE);
    is_crashing = true;
    /* The stack is at the beginning of RAM. */
    bool is_overflow = stack < (uintptr_t)ram_start;
    const struct named_value values[] = {{"mcause", mcause}, {"mepc", mepc}, {"mtval", mtval}, {"sp", stack}};
    log_values(is_overflow ? "crash: stack overflow" : "crash", values, sizeof(values) / sizeof(values[0]));
    board_halt();
}

void board_dump(const struct board_part *parts, uint32_t count) {
    fsk_dump_log(parts, count);
}
