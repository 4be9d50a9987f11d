# WAMR's runtime_lib.cmake includes this: SHARED_PLATFORM_CONFIG names it.
set(PLATFORM_SHARED_DIR ${CMAKE_CURRENT_LIST_DIR})
include_directories(${PLATFORM_SHARED_DIR} ${PLATFORM_SHARED_DIR}/../../common
                    ${SHARED_DIR}/platform/include)
set(PLATFORM_SHARED_SOURCE ${PLATFORM_SHARED_DIR}/platform.c)
