/* What can be told of a WebAssembly module without running it. WebAssembly Core Specification 1.0, §5.5. */
#ifndef FIRMSHAKE_WASM_H
#define FIRMSHAKE_WASM_H

#include <stdint.h>

/*
 * Are its sections whole, does it import nothing, has it the exports of the core, and does `abi` give our number? NULL, or one line
 * that says what is wrong.
 */
const char *wasm_check(const uint8_t *bytes, uint32_t length);

#endif
