/*
 * WAMR can run modules that have floats and atomics, and so wants the functions that do these for a chip which cannot: 24 KB of
 * them. The core has neither (test/binary reads the module and says so), so nobody calls them, and CMakeLists.txt has them all
 * lead here.
 */
#include "board.h"

_Noreturn void absent(void);

_Noreturn void absent(void) {
    board_log("rv32: a module with floats or atomics: they are left out of this firmware");
    board_halt();
}
