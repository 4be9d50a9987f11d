# rv32imc, as an ESP32-C3 has it, with Debian's compiler and picolibc:
#   cmake -DCMAKE_TOOLCHAIN_FILE=boards/rv32/toolchain.cmake [-DRV32_OPTIMIZE=-O2]
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(RV32_OPTIMIZE -Os CACHE STRING "-Os or -O2")
set_property(CACHE RV32_OPTIMIZE PROPERTY STRINGS -Os -O2)

# Not rv32imc_zicsr: gcc would take the library for 64 bits. The specs are for the compiler only: given twice they are an error,
# and the linker is called with the compiler's flags.
set(cpu "-march=rv32imc -mabi=ilp32")
set(CMAKE_C_FLAGS_INIT "${cpu} --specs=picolibc.specs -ffunction-sections -fdata-sections -g ${RV32_OPTIMIZE}")
set(CMAKE_ASM_FLAGS_INIT "${cpu} -g")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections")
