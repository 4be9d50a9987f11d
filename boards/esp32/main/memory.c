/*
 * Memory for the runtime: its pool, from the heap and once; the module's linear memory, which the linker sets aside. WAMR's own port to
 * ESP-IDF would take that from the heap again after every trap, where it may no longer be in one piece: so its os_mmap is ours here
 * (--wrap in CMakeLists.txt). Its os_self_thread is, too: that of pthreads knows no other tasks, and stops where they call.
 */
#include <string.h>

#include "board.h"
#include "esp32.h"
#include "esp_heap_caps.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "platform.h"
#include "sdkconfig.h"

/* core/shared/platform/include/platform_api_vmcore.h */
enum { PROT_NOTHING = 0 };

static struct {
    void *bytes;
    uint32_t length;
    bool is_used;
} linear;

static void *pool;

void *__real_os_mmap(void *hint, size_t size, int prot, int flags, int file);
void *__wrap_os_mmap(void *hint, size_t size, int prot, int flags, int file);
void __real_os_munmap(void *bytes, size_t size);
void __wrap_os_munmap(void *bytes, size_t size);
uintptr_t __wrap_os_self_thread(void);

/* First of all, while the largest piece of the heap is whole. */
void memory_open(void) {
    pool = heap_caps_aligned_alloc(16, CONFIG_FIRMSHAKE_POOL_BYTES, MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
}

void *board_pool(uint32_t length) {
    return length <= CONFIG_FIRMSHAKE_POOL_BYTES ? pool : NULL;
}

void platform_linear_memory(void *bytes, uint32_t length) {
    linear.bytes = bytes;
    linear.length = length;
}

/* WAMR's port writes what it has to say to the log itself. */
const char *platform_said(void) {
    return NULL;
}

/* Linear memory is what nothing is allowed in yet; code and what belongs to it are as in WAMR's port. */
void *__wrap_os_mmap(void *hint, size_t size, int prot, int flags, int file) {
    if (prot != PROT_NOTHING) return __real_os_mmap(hint, size, prot, flags, file);
    if (linear.is_used || size > linear.length) return NULL;
    linear.is_used = true;
    /* All of it: WAMR rounds up to pages, and an access in the last of them is not refused. */
    memset(linear.bytes, 0, linear.length);
    return linear.bytes;
}

void __wrap_os_munmap(void *bytes, size_t size) {
    if (bytes == linear.bytes) linear.is_used = false;
    else __real_os_munmap(bytes, size);
}

uintptr_t __wrap_os_self_thread(void) {
    return (uintptr_t)xTaskGetCurrentTaskHandle();
}

/* Code that is loaded into RAM gets it from WAMR's port. */
void *board_executable(uint32_t length) {
    (void)length;
    return NULL;
}
