/** What wasm2c's run-time calls when the module traps. */
#ifndef FUZZ_TRAP_H
#define FUZZ_TRAP_H

#include "wasm-rt.h"

void fuzz_trap(wasm_rt_trap_t code);

#endif
