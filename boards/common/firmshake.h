/*
 * Firmshake: TCP for a firmware.
 *
 * A firmware calls `fsk_start` once, and then turns the loop: `fsk_run` for ever, or `fsk_poll` from a loop of its own. Between and
 * within those turns it makes the calls below, none of which waits. They are for the task that turns the loop, unless the firmware
 * is built with FSK_TASKS: then any task may make them, and there are calls that wait as well (firmshake_tasks.h). None may be
 * called from an interrupt but `fsk_wake`.
 *
 * Calls return -1 where they fail, and `fsk_error` tells why. A handle is a number above 0 for a listener or a connection; one that
 * was closed, or that is from before a restart, gives FSK_EBADF and never means another's connection.
 * Addresses are numbers in host order: 10.73.0.2 is FSK_IPV4(10, 73, 0, 2). Times are in ms, lengths in bytes.
 */
#ifndef FIRMSHAKE_H
#define FIRMSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "firmshake_layout.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For printf: an address as text, `"%s at " FSK_IPV4_FORMAT, name, FSK_IPV4_BYTES(address)`. */
#define FSK_IPV4_FORMAT "%u.%u.%u.%u"
#define FSK_IPV4_BYTES(address)                                                                                        \
    (unsigned)((address) >> 24), (unsigned)((address) >> 16 & 255), (unsigned)((address) >> 8 & 255), (unsigned)((address)&255)

#define FSK_IPV4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* Kinds of events besides those of enum fsk_event: the module trapped and was started again. All handles are gone. Its handle is 0. */
#define FSK_EVENT_RESTARTED 256u
/* The time has come that `fsk_tell_in` was given. Its handle is 0. */
#define FSK_EVENT_TIME 512u

/* Who this host is. */
struct fsk_config {
    uint32_t address;
    /* Bits of the network part of the address: 1 to 30. */
    uint8_t prefix_length;
    /* The router, or 0. */
    uint32_t gateway;
};

/*
 * What has happened to a listener or a connection since its event before: bits of enum fsk_event. Called from within a turn of the
 * loop; it may make any call that does not wait.
 */
typedef void fsk_listener(void *context, int handle, uint32_t kinds);

/*
 * Loads the module and starts it. -1: there can be no such host (FSK_EINVAL), or what the board lacks is on the log
 * (FSK_ENETDOWN): the module does not fit the firmware, or there is no entropy. To be called once.
 */
int fsk_start(const struct fsk_config *config);

/* Who is told of events. One; NULL: nobody. */
void fsk_on_event(fsk_listener *listener, void *context);

/* One turn: what has arrived is taken, what is due is done, events are told, frames are sent, the timer is armed. Never waits. */
void fsk_poll(void);

/* Turns the loop for ever, asleep in between. */
_Noreturn void fsk_run(void);

/* The loop is to turn soon: for interrupts, and for other tasks that have something for it. */
void fsk_wake(void);

/*
 * FSK_EVENT_TIME is told once, when `delay_ms` have passed, at most 2^31 - 1. There is one such time: the next call replaces it. It
 * shares the hardware timer with the stack, and stands across a restart of the module.
 */
void fsk_tell_in(uint32_t delay_ms);

/* Why the last call of this task failed: enum fsk_errno, negative. */
int fsk_error(void);

/* "ECONNREFUSED" and the like; "EUNKNOWN" for a number that is none. */
const char *fsk_error_name(int number);

/*
 * Listens on a port. So many connections may wait to be accepted: at least 1.
 * FSK_EINVAL; FSK_EADDRINUSE; FSK_ENOBUFS: the profile has no listener left. RFC 9293 §3.10.1.
 */
int fsk_listen(uint16_t port, int backlog);

/* The connection that has waited longest. FSK_EAGAIN: none does; FSK_EVENT_ACCEPTABLE will tell. */
int fsk_accept(int listener);

/*
 * Begins a connection; FSK_EVENT_CONNECTED or FSK_EVENT_FAILED tells how it went, the latter after `timeout_ms` at the latest
 * (0: 180,000). FSK_EINVAL; FSK_EADDRNOTAVAIL: no host can have that address, or no port is free; FSK_ENETUNREACH: it is
 * beyond this network, and there is no router; FSK_ENOBUFS: no connection is left. RFC 9293 §3.10.1, RFC 6298.
 */
int fsk_connect(uint32_t address, uint16_t port, uint32_t timeout_ms);

/*
 * Takes what has arrived, at most `length` bytes, and gives how many; 0: the peer sends no more, and all is read.
 * FSK_EAGAIN: nothing has arrived, FSK_EVENT_READABLE will tell; else why the connection ended. RFC 9293 §3.10.3.
 */
int32_t fsk_read(int handle, void *buffer, uint32_t length);

/*
 * Gives bytes to be sent, and says how many were taken: as many as the ring has room for. Where that was not all,
 * FSK_EVENT_WRITABLE tells of room. FSK_EAGAIN: not one byte; FSK_EPIPE: the connection sends no more. RFC 9293 §3.10.2.
 */
int32_t fsk_write(int handle, const void *bytes, uint32_t length);

/*
 * The same without a copy: what has arrived lies at `*at`, and this says how many bytes of it lie together. It stands until
 * `fsk_consume`, which says how many the firmware is done with. Answers as `fsk_read`.
 */
int32_t fsk_read_region(int handle, const void **at);
int fsk_consume(int handle, uint32_t length);

/*
 * Room to be written to lies at `*at`, and this says how much of it lies together; `fsk_commit` says how many bytes were written.
 * Answers as `fsk_write`.
 */
int32_t fsk_write_region(int handle, void **at);
int fsk_commit(int handle, uint32_t length);

/* This end sends no more: FIN behind what is still to be sent. Reading goes on. FSK_ENOTCONN. RFC 9293 §3.10.4. */
int fsk_shutdown(int handle);

/* FIN, and the handle is let go: the stack sees to the rest. A listener resets who waits. RFC 9293 §3.10.4. */
int fsk_close(int handle);

/* RST, and the handle is let go. RFC 9293 §3.10.5. */
int fsk_abort(int handle);

/* enum fsk_state. */
int fsk_state(int handle);

/* Why a connection ended: enum fsk_errno, negative; 0: it lives, or ended in order. */
int fsk_failure(int handle);

/* Of this end: what a listener listens on. */
int fsk_local_port(int handle);
/* Of the peer; 0 for a listener. */
int fsk_remote_port(int handle);
/* Of the peer; 0 for a listener, and for a handle that means nothing. */
uint32_t fsk_remote_address(int handle);

/* enum fsk_option, with its value. FSK_EINVAL. */
int fsk_set_option(int handle, enum fsk_option option, uint32_t value);

/* The counters and pools since the last start: they go on counting; NULL: the stack is down. */
const struct fsk_statistics *fsk_statistics(void);

#ifdef __cplusplus
}
#endif

#endif
