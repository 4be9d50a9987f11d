/*
 * Calls that wait, for boards with tasks: the stack is built with FSK_TASKS, one task turns the loop (fsk_run), and the others make
 * the calls of firmshake.h and these. Not for the task of the loop, nor for who is told of events: there these fail at once, with
 * FSK_EINVAL, since nothing would ever come. Not for interrupts.
 *
 * `timeout_ms` is how long the call waits at most; when it is over, the call fails with FSK_EAGAIN, and the connection is as it was.
 * Calls fail as those of firmshake.h do besides; after a restart of the module with FSK_EBADF.
 */
#ifndef FIRMSHAKE_TASKS_H
#define FIRMSHAKE_TASKS_H

#include "firmshake.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As long as it takes. */
#define FSK_FOREVER UINT32_MAX

/*
 * Connects: the handle of a connection that stands. Else there is none, and the error is why: FSK_ECONNREFUSED, FSK_ETIMEDOUT,
 * FSK_EHOSTUNREACH, or one of fsk_connect. `timeout_ms` is fsk_connect's own.
 */
int fsk_connect_wait(uint32_t address, uint16_t port, uint32_t timeout_ms);

/* The next connection. */
int fsk_accept_wait(int listener, uint32_t timeout_ms);

/* At least one byte and at most `length`; 0: the peer sends no more, and all is read. */
int32_t fsk_read_wait(int handle, void *buffer, uint32_t length, uint32_t timeout_ms);

/*
 * All of it: gives `length` when the last byte has found room in the ring. Fewer: the time was over or the connection ended meanwhile,
 * and the next call tells which.
 */
int32_t fsk_write_wait(int handle, const void *bytes, uint32_t length, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
