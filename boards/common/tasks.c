/* The calls of firmshake_tasks.h: each tries what does not wait, and sleeps until something was told. */
#include "firmshake_tasks.h"

#include "board.h"
#include "stack.h"

struct limit {
    bool is_one;
    uint32_t at;
};

static struct limit limit_of(uint32_t timeout_ms) {
    struct limit limit = {timeout_ms != FSK_FOREVER, board_now() + timeout_ms};
    return limit;
}

/* Sleeps until it is worth another try. False: the time is over. */
static bool may_wait(const struct limit *limit) {
    if (limit->is_one && (int32_t)(board_now() - limit->at) >= 0) return false;
    board_wait_told(limit->is_one, limit->at);
    return true;
}

/* Under the lock. The loop's own task would wait for itself. */
static bool is_wrong_task(void) {
    if (stack_is_turning()) stack_result(FSK_EINVAL);
    return stack_is_turning();
}

static bool is_to_wait(int32_t result, const struct limit *limit) {
    return result < 0 && fsk_error() == FSK_EAGAIN && may_wait(limit);
}

int fsk_accept_wait(int listener, uint32_t timeout_ms) {
    const struct limit limit = limit_of(timeout_ms);
    int handle = -1;
    board_lock();
    if (!is_wrong_task()) {
        do handle = fsk_accept(listener);
        while (is_to_wait(handle, &limit));
    }
    board_unlock();
    return handle;
}

int32_t fsk_read_wait(int handle, void *buffer, uint32_t length, uint32_t timeout_ms) {
    const struct limit limit = limit_of(timeout_ms);
    int32_t taken = -1;
    board_lock();
    if (!is_wrong_task()) {
        do taken = fsk_read(handle, buffer, length);
        while (is_to_wait(taken, &limit));
    }
    board_unlock();
    return taken;
}

static int32_t write_all(int handle, const uint8_t *bytes, uint32_t length, const struct limit *limit) {
    uint32_t given = 0;
    while (given < length) {
        int32_t part = fsk_write(handle, bytes + given, length - given);
        if (part > 0) given += (uint32_t)part;
        else if (!is_to_wait(part, limit)) return given != 0 ? (int32_t)given : -1;
    }
    return (int32_t)given;
}

int32_t fsk_write_wait(int handle, const void *bytes, uint32_t length, uint32_t timeout_ms) {
    const struct limit limit = limit_of(timeout_ms);
    board_lock();
    int32_t given = is_wrong_task() ? -1 : write_all(handle, bytes, length, &limit);
    board_unlock();
    return given;
}

/* The core ends it in time, one way or the other: so the wait for it needs no limit. */
static int until_connected(int handle) {
    const struct limit none = {false, 0};
    int state;
    do state = fsk_state(handle);
    while ((state == FSK_STATE_SYN_SENT || state == FSK_STATE_SYN_RECEIVED) && may_wait(&none));
    if (state < 0) return -1;
    int failure = fsk_failure(handle);
    if (failure == 0) return handle;
    fsk_close(handle);
    return stack_result(failure);
}

int fsk_connect_wait(uint32_t address, uint16_t port, uint32_t timeout_ms) {
    board_lock();
    int handle = is_wrong_task() ? -1 : fsk_connect(address, port, timeout_ms);
    if (handle > 0) handle = until_connected(handle);
    board_unlock();
    return handle;
}
