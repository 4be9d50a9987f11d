/* Tasks are POSIX threads: one lock, one condition that all who wait are told. */
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>

#include "board.h"
#include "board_tasks.h"

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;

void board_lock(void) {
    pthread_mutex_lock(&lock);
}

void board_unlock(void) {
    pthread_mutex_unlock(&lock);
}

void board_tell_waiting(void) {
    pthread_cond_broadcast(&told);
}

void board_wait_told(bool has_limit, uint32_t until) {
    if (!has_limit) {
        pthread_cond_wait(&told, &lock);
        return;
    }
    int32_t in_ms = (int32_t)(until - board_now());
    if (in_ms <= 0) return;
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += in_ms / 1000;
    at.tv_nsec += (long)(in_ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    pthread_cond_clockwait(&told, &lock, CLOCK_MONOTONIC, &at);
}
