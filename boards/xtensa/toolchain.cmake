# Xtensa, call0 ABI, with Debian's compiler for an ESP8266's CPU (lx106), of whose instructions lx60's dc232b has all:
#   cmake -DCMAKE_TOOLCHAIN_FILE=boards/xtensa/toolchain.cmake [-DXTENSA_OPTIMIZE=-O2]
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR xtensa)
set(CMAKE_C_COMPILER xtensa-lx106-elf-gcc)
set(CMAKE_ASM_COMPILER xtensa-lx106-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(XTENSA_OPTIMIZE -Os CACHE STRING "-Os or -O2")
set_property(CACHE XTENSA_OPTIMIZE PROPERTY STRINGS -Os -O2)
# The compiler finds these by their full path only. Given to the linker, too, which is called with the compiler's flags, they are an error.
set(PICOLIBC /usr/lib/xtensa-lx106-elf CACHE PATH "where picolibc.specs is")

# WAMR's AOT loader reads words that were written by halves, if a module is not for execution in place.
set(CMAKE_C_FLAGS_INIT "--specs=${PICOLIBC}/picolibc.specs -mlongcalls -fno-strict-aliasing -ffunction-sections -fdata-sections -g ${XTENSA_OPTIMIZE}")
set(CMAKE_ASM_FLAGS_INIT "-g")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections")
