/* What the command line asks for. */
#ifndef FIRMSHAKE_AOTC_OPTIONS_H
#define FIRMSHAKE_AOTC_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* A machine as LLVM names it. */
struct target {
    const char *name;
    const char *arch;
    const char *abi;
    const char *cpu;
    /* By whether the code runs in place, and whether words may be loaded and stored at any address; NULL: not to be had. */
    const char *features[2][2];
    /* What code that runs in place leaves to the runtime, since LLVM would need a relocation for it. NULL: WAMR knows. */
    const char *xip_calls;
};

struct options {
    const struct target *target;
    bool is_xip;
    bool is_unaligned;
    uint32_t size_level;
    uint32_t opt_level;
    const char *input;
    const char *output;
};

/* Prints why and exits with 2 where the command line makes no sense. */
struct options read_options(int count, char **arguments);

/* One line on stderr, and exit with 2. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
