# WAMR keeps to halfwords in what the interpreter translates a module to, but for one store of a word: on a CPU that faults there it
# is stored by bytes. Changed is a copy. It must be found as it is known: another WAMR may have mended it, or have more of them. The
# AOT loader has one, too, where it patches code; code that runs in place is not patched.
function(store_by_bytes file old new)
  file(READ ${WAMR_ROOT_DIR}/core/iwasm/${file} text)
  string(FIND "${text}" "${old}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "WAMR at ${WAMR_ROOT_DIR} has another ${file}: see boards/wamr/aligned.cmake")
  endif()
  string(REPLACE "${old}" "${new}" text "${text}")
  get_filename_component(name ${file} NAME)
  set(copy ${CMAKE_CURRENT_BINARY_DIR}/aligned/${name})
  # Unchanged, it is not built again.
  file(CONFIGURE OUTPUT ${copy} CONTENT "${text}" @ONLY)
  list(FILTER WAMR_RUNTIME_LIB_SOURCE EXCLUDE REGEX "/${name}$")
  list(APPEND WAMR_RUNTIME_LIB_SOURCE ${copy})
  get_filename_component(folder ${WAMR_ROOT_DIR}/core/iwasm/${file} DIRECTORY)
  set_source_files_properties(${copy} PROPERTIES INCLUDE_DIRECTORIES ${folder})
  set(WAMR_RUNTIME_LIB_SOURCE ${WAMR_RUNTIME_LIB_SOURCE} PARENT_SCOPE)
endfunction()

if(FSK_ENGINE STREQUAL interp)
  store_by_bytes(interpreter/wasm_loader.c
    "*(uint32 *)(p_code_compiled_tmp
                                            - sizeof(uint32)) =
                                    (uint32)(uintptr_t)handle_table[opcode_tmp];"
    "memcpy(p_code_compiled_tmp - sizeof(uint32), &(uint32){ (uintptr_t)handle_table[opcode_tmp] }, sizeof(uint32));")
endif()
