/*
 * WAMR's platform on every board of ours: one task runs the module, and all memory is static. WAMR includes this file by its name
 * and wants these names of it.
 */
#ifndef _PLATFORM_INTERNAL_H
#define _PLATFORM_INTERNAL_H

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BH_PLATFORM_FIRMSHAKE 1

/* What WAMR keeps free of the native stack below a call; the core's own depth is known and tested (test/binary). */
#define BH_APPLET_PRESERVED_STACK_SIZE 512
#define BH_THREAD_DEFAULT_PRIORITY 0

/* There is one thread, so there is nothing to lock. The types are for WAMR's declarations. */
typedef uintptr_t korp_tid;
typedef uintptr_t korp_thread;
typedef struct {
    char unused;
} korp_mutex;
typedef korp_mutex korp_cond;
typedef korp_mutex korp_rwlock;
typedef korp_mutex korp_sem;
typedef int os_file_handle;
typedef int os_raw_file_handle;
typedef int os_poll_file_handle;
typedef unsigned os_nfds_t;
typedef int os_timespec;
typedef void *os_dir_stream;
#define OS_THREAD_MUTEX_INITIALIZER {0}

static inline os_file_handle os_get_invalid_handle(void) {
    return -1;
}

/* No memory management unit: what WAMR maps need only be aligned. */
static inline int os_getpagesize(void) {
    return 16;
}

/* One hart and no other thread: only the compiler could reorder. */
#define os_atomic_thread_fence(order) __asm__ volatile("" ::: "memory")
#define os_memory_order_acquire 0
#define os_memory_order_release 0
#define os_memory_order_seq_cst 0

#endif
