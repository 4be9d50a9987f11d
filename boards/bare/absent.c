/*
 * WAMR can run modules that have floats, atomics and divisions of 64 bits, and so wants the functions that do these for a chip which
 * cannot: 28 KB of them. The core has none (test/binary reads the module and says so), so nobody calls them, and CMakeLists.txt has
 * them all lead here.
 */
#include "board.h"

_Noreturn void absent(void);

_Noreturn void absent(void) {
    board_log("a module with floats, atomics or 64-bit divisions: they are left out of this firmware");
    board_halt();
}
