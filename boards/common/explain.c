/* In other words: see explain.h. */
#include "explain.h"

#include <stdio.h>
#include <string.h>

#include "wasm_export.h"

/*
 * An .aot file begins with its magic number, a version, and a section of type 0 with what it is for: a kind of file (bit 1: of 64
 * bits), the machine as ELF numbers it, and its name. WAMR, aot_loader.c, load_target_info_section.
 */
enum { SECTION_AT = 8, KIND_AT = 16, MACHINE_AT = 22, NAME_AT = 48, NAME_BYTES = 16, KIND_64_BITS = 2 };

/* Ours, or 0: then the loader has to know. */
#if defined(__riscv)
enum { MACHINE = 243 };
#elif defined(__x86_64__)
enum { MACHINE = 62 };
#elif defined(__XTENSA__)
enum { MACHINE = 94 };
#else
enum { MACHINE = 0 };
#endif

/* The CPU that an .aot file is for, where that is not ours, or NULL. */
static const char *other_cpu(const struct core_module *module) {
    const uint8_t *bytes = module->bytes;
    bool is_whole = module->length >= NAME_AT + NAME_BYTES && bytes[SECTION_AT] == 0 && bytes[NAME_AT + NAME_BYTES - 1] == 0;
    if (MACHINE == 0 || !is_whole) return NULL;
    bool is_wide = (bytes[KIND_AT] & KIND_64_BITS) != 0;
    bool is_ours = bytes[MACHINE_AT] == MACHINE && is_wide == (sizeof(void *) == 8);
    return is_ours ? NULL : (const char *)bytes + NAME_AT;
}

void explain(char *error, uint32_t size, const struct core_module *module) {
    package_type_t type = wasm_runtime_get_file_package_type(module->bytes, module->length);
    bool is_interpreter = wasm_runtime_is_running_mode_supported(Mode_Interp);
    const char *cpu = type == Wasm_Module_AoT ? other_cpu(module) : NULL;
    if (type == Wasm_Module_AoT && is_interpreter) {
        snprintf(error, size, "it is an .aot file, and this firmware has the interpreter");
    } else if (type == Wasm_Module_Bytecode && !is_interpreter) {
        snprintf(error, size, "it is WebAssembly, and this firmware runs .aot files only");
    } else if (cpu != NULL) {
        snprintf(error, size, "it is compiled for another CPU: %s", cpu);
    } else {
        explain_memory(error, size);
    }
}

void explain_memory(char *error, uint32_t size) {
    if (strstr(error, "allocate memory failed") != NULL) snprintf(error, size, "no memory: the pool may be too small (FSK_POOL_BYTES)");
}
