/* How it ends: halt, crash, and the dump that a trap of the module leaves. */
#include "dump.h"
#include "machine.h"

enum { HALT_CODE = 1, CRASH_CODE = 2 };

_Noreturn void board_halt(void) {
    board_log("halted");
    bare_exit(HALT_CODE);
}

_Noreturn void crash(const char *what, const struct named_value *values, uint32_t count) {
    static bool is_crashing;
    /* What says why may crash, too. */
    if (is_crashing) bare_exit(CRASH_CODE);
    is_crashing = true;
    log_values(what, values, count);
    board_halt();
}

void board_dump(const struct board_part *parts, uint32_t count) {
    fsk_dump_log(parts, count);
}
