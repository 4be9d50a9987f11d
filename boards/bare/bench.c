/* The bench on bare metal: the script is QEMU's -initrd; counting is exact with QEMU's -icount. */
#include "bench.h"

#include <stdio.h>

#include "bare.h"
#include "board.h"
#include "core.h"
#include "stack.h"

int main(void) {
    uint32_t length;
    const void *script = bare_file(&length);
    const char *wrong = stack_load();
    if (wrong != NULL || script == NULL) {
        stack_log("bench: %s", wrong != NULL ? wrong : "no script: -initrd FILE");
        board_halt();
    }
    bool is_done = bench_run(script, length, bare_instructions);
    bare_exit(is_done ? 0 : 1);
}
