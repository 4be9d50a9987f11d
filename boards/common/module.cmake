# What a firmware embeds: a module, and what has to be known of it. The folder FSK_MODULE has them (host/boards/module.ts writes it):
# module.bin, and sizes.cmake, which sets FSK_PROFILE, FSK_MEMORY_BYTES, FSK_RX_RING, FSK_TX_RING, FSK_RINGS_AT and FSK_RINGS_BYTES.
#   FSK_MODULE_FILE   other bytes for the same module: what it was compiled to (optional)
# Gives FSK_MODULE_SOURCES.
include(${FSK_MODULE}/sizes.cmake)
if(NOT FSK_MODULE_FILE)
  set(FSK_MODULE_FILE ${FSK_MODULE}/module.bin)
endif()
file(SIZE ${FSK_MODULE_FILE} FSK_MODULE_LENGTH)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FSK_MODULE_FILE} ${FSK_MODULE}/sizes.cmake)
foreach(language c S)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/module.${language}.in ${CMAKE_CURRENT_BINARY_DIR}/fsk-module.${language} @ONLY)
  list(APPEND FSK_MODULE_SOURCES ${CMAKE_CURRENT_BINARY_DIR}/fsk-module.${language})
endforeach()
set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/fsk-module.S PROPERTIES OBJECT_DEPENDS ${FSK_MODULE_FILE})
