/* The bench on rv32: the script is QEMU's -initrd; counting is exact with -icount shift=0. */
#include "bench.h"

#include <stdio.h>

#include "board.h"
#include "core.h"
#include "rv32.h"
#include "stack.h"

int main(void) {
    uint32_t length;
    const void *script = rv32_file(&length);
    const char *wrong = stack_load();
    if (wrong != NULL || script == NULL) {
        stack_log("bench: %s", wrong != NULL ? wrong : "no script: -initrd FILE");
        board_halt();
    }
    bool is_done = bench_run(script, length, rv32_instructions);
    rv32_exit(is_done ? 0 : 1);
}
