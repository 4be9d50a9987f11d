/* The module under WAMR: see core.h. */
#include "core.h"

#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "platform.h"
#include "wasm_export.h"

/* For WAMR's own stack of an instance: the deepest call of the core takes FSK_STACK_BYTES at most (npm run bench:boards). */
#ifndef FSK_STACK_BYTES
#error "the build says how much stack the module gets: FSK_STACK_BYTES"
#endif

enum { TEXT_BYTES = 160, ERROR_BYTES = 96 };

static const struct {
    const char *name;
    uint32_t arguments;
} calls[CORE_CALL_COUNT] = {
#define CORE_ENTRY(name, arguments) {#name, arguments},
    CORE_CALLS(CORE_ENTRY)
#undef CORE_ENTRY
};

static struct {
    wasm_module_t loaded;
    wasm_module_inst_t instance;
    wasm_exec_env_t environment;
    wasm_function_inst_t functions[CORE_CALL_COUNT];
    uint8_t *memory;
    uint32_t memory_bytes;
    struct core_places at;
    void *rx_frame;
    void *tx_frame;
    struct fsk_statistics *statistics;
    bool is_running;
    bool has_trapped;
    struct core_trap trap;
    char text[TEXT_BYTES];
} core;

/* One line, with what is behind `detail` where there is something. */
static const char *because(const char *what, const char *detail) {
    snprintf(core.text, sizeof(core.text), "%s%s%s", what, detail[0] == 0 ? "" : ": ", detail);
    return core.text;
}

static const char *start_runtime(const struct core_memory *memory) {
    RuntimeInitArgs arguments;
    memset(&arguments, 0, sizeof(arguments));
    arguments.mem_alloc_type = Alloc_With_Pool;
    arguments.mem_alloc_option.pool.heap_buf = memory->pool;
    arguments.mem_alloc_option.pool.heap_size = memory->pool_bytes;
    platform_linear_memory(memory->linear, memory->linear_bytes);
    if (wasm_runtime_full_init(&arguments)) return NULL;
    return because("the runtime does not start: the pool may be too small", "");
}

static const char *load(const struct core_module *module) {
    char error[ERROR_BYTES] = "";
    LoadArgs arguments;
    memset(&arguments, 0, sizeof(arguments));
    /* The bytes lie in flash: the loader of WebAssembly would write into them unless told so. That of AOT files does not. */
    arguments.wasm_binary_freeable = wasm_runtime_get_file_package_type(module->bytes, module->length) == Wasm_Module_Bytecode;
    core.loaded = wasm_runtime_load_ex((uint8_t *)(uintptr_t)module->bytes, module->length, &arguments, error, sizeof(error));
    if (core.loaded != NULL) return NULL;
    explain(error, sizeof(error), module);
    return because("the module does not load", error);
}

static const char *find_exports(void) {
    for (uint32_t i = 0; i < CORE_CALL_COUNT; i++) {
        wasm_function_inst_t function = wasm_runtime_lookup_function(core.instance, calls[i].name);
        if (function == NULL) return because("the module lacks an export", calls[i].name);
        uint32_t arguments = wasm_func_get_param_count(function, core.instance);
        if (arguments != calls[i].arguments || wasm_func_get_result_count(function, core.instance) != 1) {
            return because("an export of the module is of another shape", calls[i].name);
        }
        core.functions[i] = function;
    }
    return NULL;
}

static const char *find_memory(void) {
    wasm_memory_inst_t memory = wasm_runtime_get_default_memory(core.instance);
    if (memory == NULL) return because("the module has no memory", "");
    core.memory = wasm_memory_get_base_address(memory);
    core.memory_bytes = (uint32_t)(wasm_memory_get_cur_page_count(memory) * wasm_memory_get_bytes_per_page(memory));
    return NULL;
}

/* Asked first: where another ABI is spoken nothing else means what we think. */
static const char *check_abi(void) {
    char number[32];
    int32_t abi = core_call(CORE_abi, 0, 0, 0, 0);
    if (abi == CORE_ABI) return NULL;
    snprintf(number, sizeof(number), "%ld, not %d", (long)abi, CORE_ABI);
    return because("the module speaks another ABI", number);
}

static const char *find_places(void) {
    core.at.config = (uint32_t)core_call(CORE_config, 0, 0, 0, 0);
    core.at.rx_frame = (uint32_t)core_call(CORE_rx_frame, 0, 0, 0, 0);
    core.at.tx_frame = (uint32_t)core_call(CORE_tx_frame, 0, 0, 0, 0);
    core.at.statistics = (uint32_t)core_call(CORE_statistics, 0, 0, 0, 0);
    core.rx_frame = core_bytes(core.at.rx_frame, CORE_FRAME_BYTES);
    core.tx_frame = core_bytes(core.at.tx_frame, CORE_FRAME_BYTES);
    core.statistics = core_bytes(core.at.statistics, sizeof(*core.statistics));
    bool is_right = core.rx_frame != NULL && core.tx_frame != NULL && core.statistics != NULL;
    return is_right ? NULL : because("the module's buffers lie outside of its memory", "");
}

static const char *instantiate(void) {
    char error[ERROR_BYTES] = "";
    core.has_trapped = false;
    core.instance = wasm_runtime_instantiate(core.loaded, FSK_STACK_BYTES, 0, error, sizeof(error));
    if (core.instance == NULL) {
        explain_memory(error, sizeof(error));
        return because("no instance of the module", error);
    }
    core.environment = wasm_runtime_create_exec_env(core.instance, FSK_STACK_BYTES);
    if (core.environment == NULL) return because("no instance of the module: the pool is too small", "");
    const char *wrong = find_exports();
    if (wrong == NULL) wrong = find_memory();
    if (wrong != NULL) return wrong;
    core.is_running = true;
    wrong = check_abi();
    if (wrong == NULL) wrong = find_places();
    core.is_running = wrong == NULL;
    return wrong;
}

const char *core_load(const struct core_module *module, const struct core_memory *memory) {
    const char *wrong = start_runtime(memory);
    if (wrong == NULL) wrong = load(module);
    return wrong != NULL ? wrong : instantiate();
}

const char *core_restart(void) {
    core.is_running = false;
    if (core.environment != NULL) wasm_runtime_destroy_exec_env(core.environment);
    if (core.instance != NULL) wasm_runtime_deinstantiate(core.instance);
    core.environment = NULL;
    core.instance = NULL;
    return instantiate();
}

int32_t core_call(enum core_call call, uint32_t first, uint32_t second, uint32_t third, uint32_t fourth) {
    uint32_t cells[] = {first, second, third, fourth};
    if (!core.is_running) return FSK_ENETDOWN;
    if (wasm_runtime_call_wasm(core.environment, core.functions[call], calls[call].arguments, cells)) {
        return (int32_t)cells[0];
    }
    core.is_running = false;
    core.has_trapped = true;
    core.trap.call = call;
    core.trap.reason = wasm_runtime_get_exception(core.instance);
    if (core.trap.reason == NULL) core.trap.reason = "unknown";
    return FSK_ENETDOWN;
}

const struct core_trap *core_trapped(void) {
    return core.has_trapped ? &core.trap : NULL;
}

const char *core_call_name(enum core_call call) {
    return calls[call].name;
}

void *core_bytes(uint32_t address, uint32_t length) {
    bool is_within = address != 0 && address <= core.memory_bytes && length <= core.memory_bytes - address;
    return is_within ? core.memory + address : NULL;
}

void *core_rx_frame(void) {
    return core.is_running ? core.rx_frame : NULL;
}

void *core_tx_frame(void) {
    return core.tx_frame;
}

struct fsk_statistics *core_statistics(void) {
    return core.is_running ? core.statistics : NULL;
}

struct core_places core_places(void) {
    return core.at;
}

const void *core_memory(uint32_t *length) {
    *length = core.memory_bytes;
    return core.memory;
}

uint32_t core_pool_high_water(void) {
    mem_alloc_info_t info;
    return wasm_runtime_get_mem_alloc_info(&info) ? info.highmark_size : 0;
}
