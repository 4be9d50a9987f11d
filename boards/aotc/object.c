/*
 * Between WAMR and LLVM, in the place of LLVM's function (the linker's --wrap): code for Xtensa becomes an object file by way of
 * assembly, for there it can be mended.
 */
#include <string.h>

#include "llvm-c/Core.h"
#include "llvm-c/Target.h"
#include "llvm-c/TargetMachine.h"
#include "xtensa.h"

LLVMBool __real_LLVMTargetMachineEmitToMemoryBuffer(LLVMTargetMachineRef machine, LLVMModuleRef module, LLVMCodeGenFileType type,
                                                    char **error, LLVMMemoryBufferRef *buffer);
LLVMBool __wrap_LLVMTargetMachineEmitToMemoryBuffer(LLVMTargetMachineRef machine, LLVMModuleRef module, LLVMCodeGenFileType type,
                                                    char **error, LLVMMemoryBufferRef *buffer);

static void assembly_failed(LLVMDiagnosticInfoRef info, void *unused) {
    (void)unused;
    if (LLVMGetDiagInfoSeverity(info) == LLVMDSError) fail("LLVM does not assemble its own code: %s", LLVMGetDiagInfoDescription(info));
}

/* A module of nothing but assembly: LLVM has no other way to it from C. */
static LLVMModuleRef module_of(struct bytes assembly, LLVMModuleRef like) {
    LLVMContextRef context = LLVMContextCreate();
    LLVMContextSetDiagnosticHandler(context, assembly_failed, NULL);
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("assembly", context);
    LLVMSetTarget(module, LLVMGetTarget(like));
    LLVMSetDataLayout(module, LLVMGetDataLayoutStr(like));
    LLVMSetModuleInlineAsm2(module, (const char *)assembly.at, assembly.length);
    return module;
}

LLVMBool __wrap_LLVMTargetMachineEmitToMemoryBuffer(LLVMTargetMachineRef machine, LLVMModuleRef module, LLVMCodeGenFileType type,
                                                    char **error, LLVMMemoryBufferRef *buffer) {
    if (strcmp(LLVMGetTargetName(LLVMGetTargetMachineTarget(machine)), "xtensa") == 0) {
        LLVMMemoryBufferRef text;
        if (__real_LLVMTargetMachineEmitToMemoryBuffer(machine, module, LLVMAssemblyFile, error, &text)) return 1;
        LLVMInitializeXtensaAsmParser();
        module = module_of(rewrite_assembly(LLVMGetBufferStart(text), (uint32_t)LLVMGetBufferSize(text)), module);
    }
    return __real_LLVMTargetMachineEmitToMemoryBuffer(machine, module, type, error, buffer);
}
