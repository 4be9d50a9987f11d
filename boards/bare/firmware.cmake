# What every bare-metal board's firmware project includes, after it has said what WAMR has to know of the CPU:
#   BARE_BOARD   the board's name: its firmware is firmshake-BOARD.elf
# See common/CMakeLists.txt and wamr/CMakeLists.txt for what else has to be given, and the board's toolchain.cmake for the compiler.
set(boards ${CMAKE_CURRENT_LIST_DIR}/..)
add_subdirectory(${boards}/wamr wamr)
add_subdirectory(${boards}/common common)
add_subdirectory(${boards}/${BARE_BOARD} board)

# What is not there: see absent.c. In the order of libgcc's manual (floats), then of libm and libatomic; libgcc's divisions.
set(ABSENT
  __adddf3 __addsf3 __subdf3 __subsf3 __muldf3 __mulsf3 __divdf3 __divsf3 __negdf2 __negsf2
  __extendsfdf2 __truncdfsf2 __fixdfdi __fixdfsi __fixsfdi __fixsfsi __fixunsdfdi __fixunsdfsi __fixunssfdi __fixunssfsi
  __floatdidf __floatdisf __floatsidf __floatsisf __floatundidf __floatundisf __floatunsidf __floatunsisf
  __eqdf2 __eqsf2 __gedf2 __gesf2 __gtdf2 __gtsf2 __ledf2 __lesf2 __ltdf2 __ltsf2 __nedf2 __nesf2 __unorddf2 __unordsf2
  ceil ceilf fabs fabsf floor floorf fmax fmaxf fmin fminf rint rintf sqrt sqrtf trunc truncf
  __atomic_compare_exchange_4 __atomic_store_4
  __divdi3 __moddi3 __udivdi3 __umoddi3)

function(firmware program)
  add_executable(${program} ${ARGN} ${boards}/bare/absent.c)
  target_include_directories(${program} PRIVATE ${boards}/apps)
  target_compile_options(${program} PRIVATE -Wall -Wextra -Werror)
  target_link_libraries(${program} PRIVATE firmshake firmshake-board)
  foreach(symbol IN LISTS ABSENT)
    target_link_options(${program} PRIVATE -Wl,--defsym=${symbol}=absent)
  endforeach()
  # picolibc's printf without floats.
  target_link_options(${program} PRIVATE -Wl,--defsym=vfprintf=__i_vfprintf)
endfunction()

set(program firmshake-${BARE_BOARD})
firmware(${program}.elf ${boards}/bare/main.c ${boards}/apps/session.c ${boards}/apps/parse.c)
# What the core's work costs: npm run bench:boards.
firmware(${program}-bench.elf ${boards}/bare/bench.c ${boards}/apps/bench.c)
# The same inputs give the same frames here, too: firmshake replay.
firmware(${program}-replay.elf ${boards}/bare/replay.c ${boards}/apps/replay.c)
# README.md's example.
firmware(${program}-example.elf ${boards}/apps/example.c)
