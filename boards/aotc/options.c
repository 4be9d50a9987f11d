#include "options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LEVEL = 3, BAD_INPUT = 2 };

static const char usage[] =
    "firmshake-aotc --target NAME [--xip] [--unaligned] [--size-level N] [--opt-level N] IN.wasm OUT.aot";

#define RV32IMC "+m,+c"
#define RV32IMC_UNALIGNED RV32IMC ",+unaligned-scalar-mem"
#define XTENSA "+density,+mul32,+mul16,+nsa,+minmax,+sext,+div32"

static const struct target targets[] = {
    {
        /* What an ESP32-C3 has: no atomics, no floats. */
        .name = "rv32imc",
        .arch = "riscv32",
        .abi = "ilp32",
        .cpu = "generic-rv32",
        .features = {{RV32IMC, RV32IMC_UNALIGNED}, {RV32IMC, RV32IMC_UNALIGNED}},
        /*
         * What would be a call into libgcc, or a table. WAMR's own list for RISC-V has every constant and most of 64-bit
         * arithmetic too: that costs a tenth of the instructions, and 10 KB of the runtime's pool. Nothing of floats is in it: the
         * core has none, and a module that has some is refused for its relocations.
         */
        .xip_calls = "i64.div_s,i64.div_u,i64.rem_s,i64.rem_u,llvm.cttz.i32,llvm.cttz.i64",
    },
    {
        /* What QEMU's lx60 has: multiplication to 32 bits only. LLVM's call0 ABI is what is left without register windows. */
        .name = "xtensa",
        .arch = "xtensa",
        .abi = "gnu",
        .cpu = "generic",
        .features = {{NULL, NULL}, {XTENSA, NULL}},
        /* As above; and a product of 64 bits is a call, too. */
        .xip_calls = "i64.mul,i64.div_s,i64.div_u,i64.rem_s,i64.rem_u,llvm.cttz.i32,llvm.cttz.i64",
    },
    {
        /* The baseline, so that a file made on one machine runs on every other. */
        .name = "x86-64",
        .arch = "x86_64",
        .abi = "gnu",
        .cpu = "x86-64",
        /* Vectors have their constants outside of the code, where code in place cannot reach them; so do floats. */
        .features = {{"", NULL}, {"-sse", NULL}},
    },
};

enum { TARGET_COUNT = sizeof(targets) / sizeof(targets[0]) };

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("firmshake-aotc: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(BAD_INPUT);
}

static const struct target *find_target(const char *name) {
    char known[80] = "";
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (strcmp(targets[i].name, name) == 0) return &targets[i];
        size_t length = strlen(known);
        snprintf(known + length, sizeof(known) - length, "%s%s", i > 0 ? ", " : "", targets[i].name);
    }
    fail("unknown target %s: there are %s", name, known);
}

static uint32_t read_level(const char *option, const char *text) {
    bool is_level = text[0] >= '0' && text[0] <= '0' + MAX_LEVEL && text[1] == 0;
    if (!is_level) fail("%s wants a number from 0 to %d, not %s", option, MAX_LEVEL, text);
    return (uint32_t)(text[0] - '0');
}

static const char *value_of(char ***next) {
    const char *option = *(*next)++;
    if (**next == NULL) fail("%s lacks its value", option);
    return *(*next)++;
}

/* Takes an option, and its value where it has one. */
static void read_option(struct options *options, char ***next) {
    const char *option = **next;
    if (strcmp(option, "--target") == 0) {
        options->target = find_target(value_of(next));
    } else if (strcmp(option, "--size-level") == 0) {
        options->size_level = read_level(option, value_of(next));
    } else if (strcmp(option, "--opt-level") == 0) {
        options->opt_level = read_level(option, value_of(next));
    } else if (strcmp(option, "--xip") == 0) {
        options->is_xip = true;
        ++*next;
    } else if (strcmp(option, "--unaligned") == 0) {
        options->is_unaligned = true;
        ++*next;
    } else {
        fail("unknown option %s: %s", option, usage);
    }
}

static void read_file_name(struct options *options, const char *name) {
    if (options->input == NULL) {
        options->input = name;
    } else if (options->output == NULL) {
        options->output = name;
    } else {
        fail("one file too many, %s: %s", name, usage);
    }
}

struct options read_options(int count, char **arguments) {
    struct options options = {.size_level = MAX_LEVEL, .opt_level = MAX_LEVEL};
    char **next = arguments + (count > 0 ? 1 : 0);
    while (*next != NULL) {
        if ((*next)[0] == '-') {
            read_option(&options, &next);
        } else {
            read_file_name(&options, *next++);
        }
    }
    if (options.target == NULL) fail("--target is missing: %s", usage);
    if (options.output == NULL) fail("a file to read and a file to write are needed: %s", usage);
    if (options.target->features[options.is_xip][false] == NULL) fail("%s runs in place only: --xip", options.target->name);
    if (options.is_unaligned && options.target->features[options.is_xip][true] == NULL) {
        fail("--unaligned is not to be had for %s", options.target->name);
    }
    return options;
}
