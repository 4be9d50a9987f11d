#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "aot_export.h"
#include "llvm-c/ErrorHandling.h"
#include "wasm_export.h"

/*
 * What matters, in instructions that rv32imc executes from `boot` to 1,024 bytes received and as many sent (lan.wasm; about
 * 28,000 of them in picolibc's memmove and memset, which go byte by byte), and in bytes of the file, with LLVM 19:
 *   opt level 3, 2, 1, 0                  53,205  53,373  54,431  80,170    73,884  70,404  71,772  92,520
 *   --unaligned                           46,150                            59,904
 *   --xip, --xip --unaligned              56,269  49,187                    47,488  38,660
 *   the same with WAMR's own xip_calls    62,152  54,902                    57,525  47,865
 * The size level is LLVM's code model. The core's code for rv32imc has no absolute addresses and is the same at 0, 1 and 3.
 * Not worth an option: LLVM's other pass pipelines, a higher limit for inlining (1 % for 17 KB), no jump tables.
 * Quick entries are a matter of the runtime, not of the file; Segue is x86-64's alone.
 */
static AOTCompOption compiler_options(const struct options *options) {
    const struct target *target = options->target;
    AOTCompOption compiler;
    memset(&compiler, 0, sizeof(compiler));
    compiler.target_arch = (char *)target->arch;
    compiler.target_abi = (char *)target->abi;
    compiler.target_cpu = (char *)target->cpu;
    compiler.cpu_features = (char *)target->features[options->is_xip][options->is_unaligned];
    compiler.opt_level = options->opt_level;
    compiler.size_level = options->size_level;
    compiler.output_format = AOT_FORMAT_FILE;
    compiler.enable_bulk_memory = true;
    /* memory.copy and memory.fill, which WAMR counts apart. */
    compiler.enable_bulk_memory_opt = true;
    /* In the code, for the boards have no guard pages: 6 % of the instructions. */
    compiler.bounds_checks = 1;
    /*
     * None: 12 % of the instructions, and never of use. The core does not recurse, its deepest call is known and the board's
     * stack is made for it; and the boards do not tell WAMR where the stack ends, without which a check cannot fail.
     */
    compiler.stack_bounds_checks = 0;
    if (options->is_xip) {
        compiler.is_indirect_mode = true;
        compiler.disable_llvm_intrinsics = true;
        compiler.builtin_intrinsics = target->xip_calls;
    }
    return compiler;
}

static void llvm_failed(const char *reason) {
    fail("LLVM: %s", reason);
}

static void start(void) {
    RuntimeInitArgs arguments;
    memset(&arguments, 0, sizeof(arguments));
    arguments.mem_alloc_type = Alloc_With_Allocator;
    arguments.mem_alloc_option.allocator.malloc_func = (void *)malloc;
    arguments.mem_alloc_option.allocator.realloc_func = (void *)realloc;
    arguments.mem_alloc_option.allocator.free_func = (void *)free;
    LLVMInstallFatalErrorHandler(llvm_failed);
    if (!wasm_runtime_full_init(&arguments)) fail("WAMR does not start");
    if (!aot_compiler_init()) fail("LLVM does not start");
}

/* Frees nothing: the process is about to end. */
struct bytes compile(const struct options *options, struct bytes wasm) {
    char error[128] = "";
    struct bytes aot;
    start();
    /* The loader would take an .aot too, and the compiler go down over it. */
    bool is_wasm = get_package_type(wasm.at, wasm.length) == Wasm_Module_Bytecode;
    if (!is_wasm) fail("%s is not WebAssembly", options->input);
    wasm_module_t module = wasm_runtime_load(wasm.at, wasm.length, error, sizeof(error));
    if (module == NULL) fail("%s cannot be compiled: %s", options->input, error);
    AOTCompOption compiler = compiler_options(options);
    aot_comp_data_t data = aot_create_comp_data(module, options->target->arch, false);
    if (data == NULL) fail("%s: %s", options->input, aot_get_last_error());
    aot_comp_context_t context = aot_create_comp_context(data, &compiler);
    if (context == NULL || !aot_compile_wasm(context)) fail("%s: %s", options->input, aot_get_last_error());
    aot.at = aot_emit_aot_file_buf(context, data, &aot.length);
    if (aot.at == NULL) fail("%s: %s", options->input, aot_get_last_error());
    return aot;
}
