/*
 * What LLVM writes for Xtensa, made to run in place. By itself it keeps literals (constants that are too wide for an instruction, and
 * are loaded from before the code) in a section of their own, whose place is known only when the code is loaded.
 */
#ifndef FIRMSHAKE_AOTC_XTENSA_H
#define FIRMSHAKE_AOTC_XTENSA_H

#include "compile.h"

/*
 * The same assembly, with literals before the function that loads them, and with the short forms of instructions. Exits with 2 at a
 * line that it does not know: LLVM writes more than this core needs.
 */
struct bytes rewrite_assembly(const char *assembly, uint32_t length);

#endif
