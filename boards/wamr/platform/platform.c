/* WAMR's platform calls, for boards: see platform_internal.h. */
#include "platform.h"

#include "board.h"
#include "platform_api_extension.h"
#include "platform_api_vmcore.h"

static struct {
    void *bytes;
    uint32_t length;
    bool is_used;
} linear;

static char said[96];

void platform_linear_memory(void *bytes, uint32_t length) {
    linear.bytes = bytes;
    linear.length = length;
}

const char *platform_said(void) {
    return said[0] == 0 ? NULL : said;
}

int bh_platform_init(void) {
    return 0;
}

void bh_platform_destroy(void) {}

/* Everything comes from the pool that the runtime was given. */
void *os_malloc(unsigned size) {
    (void)size;
    return NULL;
}

void *os_realloc(void *bytes, unsigned size) {
    (void)bytes;
    (void)size;
    return NULL;
}

void os_free(void *bytes) {
    (void)bytes;
}

/* The log of a board is for lines that we wrote; the last of WAMR's own is kept for whoever asks why. */
int os_vprintf(const char *format, va_list arguments) {
    int length = vsnprintf(said, sizeof(said), format, arguments);
    said[strcspn(said, "\n")] = 0;
    return length;
}

int os_printf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = os_vprintf(format, arguments);
    va_end(arguments);
    return length;
}

uint64 os_time_get_boot_us(void) {
    return (uint64)board_now() * 1000;
}

uint64 os_time_thread_cputime_us(void) {
    return os_time_get_boot_us();
}

korp_tid os_self_thread(void) {
    return 1;
}

/* Unknown: then WAMR checks no native stack of its own. Its depth is checked on the binary, and guarded by the board. */
uint8 *os_thread_get_stack_boundary(void) {
    return NULL;
}

void os_thread_jit_write_protect_np(bool enabled) {
    (void)enabled;
}

int os_mutex_init(korp_mutex *mutex) {
    (void)mutex;
    return 0;
}

int os_mutex_destroy(korp_mutex *mutex) {
    (void)mutex;
    return 0;
}

int os_mutex_lock(korp_mutex *mutex) {
    (void)mutex;
    return 0;
}

int os_mutex_unlock(korp_mutex *mutex) {
    (void)mutex;
    return 0;
}

int os_cond_init(korp_cond *condition) {
    (void)condition;
    return 0;
}

int os_cond_destroy(korp_cond *condition) {
    (void)condition;
    return 0;
}

/* The pool gives words; what the loader keeps may be constants of vectors. What is to be freed stands before it. */
static void *allocate_aligned(uint32_t size) {
    const uint32_t alignment = 16;
    uint8_t *bytes = BH_MALLOC(size + alignment);
    if (bytes == NULL) return NULL;
    uint8_t *aligned = bytes + alignment - (uintptr_t)bytes % alignment;
    ((void **)aligned)[-1] = bytes;
    return aligned;
}

/*
 * WAMR maps three things, and its arguments tell them apart: linear memory (nothing allowed yet), code (to be executed), and what
 * the loader of AOT files keeps.
 */
void *os_mmap(void *hint, size_t size, int prot, int flags, os_file_handle file) {
    (void)hint;
    (void)flags;
    (void)file;
    if (prot == MMAP_PROT_NONE) {
        if (linear.is_used || size > linear.length) return NULL;
        linear.is_used = true;
        memset(linear.bytes, 0, size);
        return linear.bytes;
    }
    void *bytes = (prot & MMAP_PROT_EXEC) != 0 ? board_executable((uint32_t)size) : allocate_aligned((uint32_t)size);
    if (bytes != NULL) memset(bytes, 0, size);
    return bytes;
}

void os_munmap(void *bytes, size_t size) {
    (void)size;
    if (bytes == linear.bytes) linear.is_used = false;
    else if (bytes != board_executable(0)) BH_FREE(((void **)bytes)[-1]);
}

void *os_mremap(void *bytes, size_t old_size, size_t new_size) {
    (void)bytes;
    (void)old_size;
    (void)new_size;
    return NULL;
}

/*
 * Nothing in the pool becomes executable. The loader of AOT files tries it: it would like code and data side by side there. Told no,
 * it leaves the code where `os_mmap` has it.
 */
int os_mprotect(void *bytes, size_t size, int prot) {
    (void)size;
    return (prot & MMAP_PROT_EXEC) == 0 || bytes == board_executable(0) ? 0 : -1;
}

void os_dcache_flush(void) {}

void os_icache_flush(void *start, size_t length) {
    __builtin___clear_cache((char *)start, (char *)start + length);
}

/* Asked for by a log function that nobody calls; here there are no processes. */
int os_dumps_proc_mem_info(char *text, unsigned length) {
    (void)text;
    (void)length;
    return -1;
}
