/* The calls of firmshake.h: each is the core's, with its bytes handed over by their native address. */
#include <stddef.h>
#include <string.h>

#include "board.h"
#include "stack.h"

static TASK_LOCAL int error;

int32_t stack_result(int32_t result) {
    if (result >= 0) return result;
    error = result;
    return -1;
}

int fsk_error(void) {
    return error;
}

const char *fsk_error_name(int number) {
    static const struct {
        enum fsk_errno number;
        const char *name;
    } names[] = {
        {FSK_EBADF, "EBADF"},
        {FSK_EAGAIN, "EAGAIN"},
        {FSK_EINVAL, "EINVAL"},
        {FSK_EPIPE, "EPIPE"},
        {FSK_EADDRINUSE, "EADDRINUSE"},
        {FSK_EADDRNOTAVAIL, "EADDRNOTAVAIL"},
        {FSK_ENETDOWN, "ENETDOWN"},
        {FSK_ENETUNREACH, "ENETUNREACH"},
        {FSK_ECONNRESET, "ECONNRESET"},
        {FSK_ENOBUFS, "ENOBUFS"},
        {FSK_ENOTCONN, "ENOTCONN"},
        {FSK_ETIMEDOUT, "ETIMEDOUT"},
        {FSK_ECONNREFUSED, "ECONNREFUSED"},
        {FSK_EHOSTUNREACH, "EHOSTUNREACH"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((int)names[i].number == number) return names[i].name;
    }
    return "EUNKNOWN";
}

/* A call that only looks. */
static int32_t look(enum core_call call, int handle) {
    board_lock();
    int32_t result = stack_result(core_call(call, (uint32_t)handle, 0, 0, 0));
    board_unlock();
    return result;
}

/* A call that something may follow from. */
static int32_t act(enum core_call call, uint32_t first, uint32_t second, uint32_t third, uint32_t fourth) {
    board_lock();
    int32_t result = stack_result(core_call(call, first, second, third, fourth));
    stack_called();
    board_unlock();
    return result;
}

int fsk_listen(uint16_t port, int backlog) {
    return act(CORE_listen, port, (uint32_t)backlog, 0, 0);
}

int fsk_accept(int listener) {
    return act(CORE_accept, (uint32_t)listener, 0, 0, 0);
}

int fsk_connect(uint32_t address, uint16_t port, uint32_t timeout_ms) {
    return act(CORE_connect, address, port, timeout_ms, board_now());
}

/* Why there is nothing to read: not yet (FSK_EAGAIN), nothing any more (0), or the connection failed. */
static int32_t why_nothing(int handle) {
    int32_t failure = core_call(CORE_failure, (uint32_t)handle, 0, 0, 0);
    if (failure != 0) return failure;
    int32_t state = core_call(CORE_state, (uint32_t)handle, 0, 0, 0);
    if (state == FSK_STATE_LISTEN) return FSK_ENOTCONN;
    bool is_over = state == FSK_STATE_CLOSED || state > FSK_STATE_FIN_WAIT_2;
    return state < 0 ? state : is_over ? 0 : FSK_EAGAIN;
}

static int32_t read_region(int handle, const void **at) {
    int32_t length = core_call(CORE_received, (uint32_t)handle, 0, 0, 0);
    *at = NULL;
    if (length < 0) return length;
    if (length == 0) return why_nothing(handle);
    *at = core_bytes((uint32_t)core_call(CORE_received_at, (uint32_t)handle, 0, 0, 0), (uint32_t)length);
    return *at != NULL ? length : FSK_ENETDOWN;
}

int32_t fsk_read_region(int handle, const void **at) {
    board_lock();
    int32_t result = stack_result(read_region(handle, at));
    board_unlock();
    return result;
}

int fsk_consume(int handle, uint32_t length) {
    return act(CORE_consume, (uint32_t)handle, length, 0, 0);
}

static uint32_t at_most(int32_t length, uint32_t limit) {
    return (uint32_t)length < limit ? (uint32_t)length : limit;
}

static int32_t read_bytes(int handle, uint8_t *buffer, uint32_t length) {
    uint32_t taken = 0;
    /* What is in a ring is one region or two. */
    for (int region = 0; region < 2 && taken < length; region++) {
        const void *at;
        int32_t there = read_region(handle, &at);
        if (there <= 0 || at == NULL) return taken != 0 ? (int32_t)taken : there;
        uint32_t part = at_most(there, length - taken);
        memcpy(buffer + taken, at, part);
        core_call(CORE_consume, (uint32_t)handle, part, 0, 0);
        taken += part;
    }
    return (int32_t)taken;
}

int32_t fsk_read(int handle, void *buffer, uint32_t length) {
    board_lock();
    int32_t result = stack_result(read_bytes(handle, buffer, length));
    if (result > 0) stack_called();
    board_unlock();
    return result;
}

static int32_t write_region(int handle, void **at) {
    int32_t length = core_call(CORE_send_space, (uint32_t)handle, 0, 0, 0);
    *at = NULL;
    if (length <= 0) return length == 0 ? FSK_EAGAIN : length;
    *at = core_bytes((uint32_t)core_call(CORE_send_at, (uint32_t)handle, 0, 0, 0), (uint32_t)length);
    return *at != NULL ? length : FSK_ENETDOWN;
}

int32_t fsk_write_region(int handle, void **at) {
    board_lock();
    int32_t result = stack_result(write_region(handle, at));
    board_unlock();
    return result;
}

int fsk_commit(int handle, uint32_t length) {
    return act(CORE_send, (uint32_t)handle, length, 0, 0);
}

static int32_t write_bytes(int handle, const uint8_t *bytes, uint32_t length) {
    uint32_t given = 0;
    /* The room in a ring is one region or two; the question after the second has the core tell when there is more. */
    for (int region = 0; region < 3 && given < length; region++) {
        void *at;
        int32_t there = write_region(handle, &at);
        if (there <= 0) return given != 0 ? (int32_t)given : there;
        uint32_t part = at_most(there, length - given);
        memcpy(at, bytes + given, part);
        core_call(CORE_send, (uint32_t)handle, part, 0, 0);
        given += part;
    }
    return (int32_t)given;
}

int32_t fsk_write(int handle, const void *bytes, uint32_t length) {
    board_lock();
    int32_t result = stack_result(write_bytes(handle, bytes, length));
    if (result > 0) stack_called();
    board_unlock();
    return result;
}

int fsk_shutdown(int handle) {
    return act(CORE_shutdown, (uint32_t)handle, 0, 0, 0);
}

int fsk_close(int handle) {
    return act(CORE_close, (uint32_t)handle, board_now(), 0, 0);
}

int fsk_abort(int handle) {
    return act(CORE_abort, (uint32_t)handle, 0, 0, 0);
}

int fsk_set_option(int handle, enum fsk_option option, uint32_t value) {
    return act(CORE_set_option, (uint32_t)handle, (uint32_t)option, value, board_now());
}

int fsk_state(int handle) {
    return look(CORE_state, handle);
}

int fsk_failure(int handle) {
    board_lock();
    int32_t result = core_call(CORE_failure, (uint32_t)handle, 0, 0, 0);
    board_unlock();
    return result;
}

int fsk_local_port(int handle) {
    return look(CORE_local_port, handle);
}

int fsk_remote_port(int handle) {
    return look(CORE_remote_port, handle);
}

uint32_t fsk_remote_address(int handle) {
    board_lock();
    uint32_t address = (uint32_t)core_call(CORE_remote_address, (uint32_t)handle, 0, 0, 0);
    board_unlock();
    return address;
}

const struct fsk_statistics *fsk_statistics(void) {
    return core_statistics();
}
