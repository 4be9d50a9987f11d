# What a bare-metal board's library of objects has besides its own files: include it behind `add_library(firmshake-board OBJECT …)`.
set(bare ${CMAKE_CURRENT_LIST_DIR})
target_sources(firmshake-board PRIVATE ${bare}/clock.c ${bare}/copy.c ${bare}/finish.c ${bare}/settings.c ${bare}/values.c)
set_target_properties(firmshake-board PROPERTIES C_STANDARD 11)
target_compile_options(firmshake-board PRIVATE $<$<COMPILE_LANGUAGE:C>:-Wall;-Wextra;-Werror>)
target_include_directories(firmshake-board PUBLIC ${bare} ${bare}/../common)
# gcc would see a memcpy in memcpy's loop, and call it.
set_source_files_properties(${bare}/copy.c ${bare}/finish.c PROPERTIES
  COMPILE_OPTIONS "-O2;-fno-builtin;-fno-tree-loop-distribute-patterns")
