/* The compiler itself: WAMR's, over LLVM. */
#ifndef FIRMSHAKE_AOTC_COMPILE_H
#define FIRMSHAKE_AOTC_COMPILE_H

#include "options.h"

struct bytes {
    uint8_t *at;
    uint32_t length;
};

/* The .aot of a module, which is written to while it is read. Prints why and exits with 2 where it cannot be made. */
struct bytes compile(const struct options *options, struct bytes wasm);

#endif
