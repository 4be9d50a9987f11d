/** The module under test, as C calls it, and what must hold after every call. */
#ifndef FUZZ_CORE_H
#define FUZZ_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_BYTES = 1514, BOOT_RECORD_BYTES = 32 };
enum { PENDING_FRAME = 1, PENDING_EVENT = 2, PENDING_DEADLINE = 4 };

/** Instantiates the module: once for a process. */
void core_load(void);

/** All state there is, kept and brought back. */
void core_keep(void);
void core_restore(void);

/** The time of all calls, in ms. It wraps. */
extern uint32_t now;

/** Steps are said in words: a replay. */
extern bool is_talking;
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
/** Something that must hold does not: says it and ends the process, as a trap would. */
__attribute__((format(printf, 1, 2), noreturn)) void violated(const char *format, ...);

/** What was seen of the core so far in this execution, as a number: results and frames. */
uint64_t core_hash(void);

uint8_t *core_at(uint32_t address, uint32_t length);
uint8_t *core_boot_record(void);
int32_t core_boot(void);
int32_t core_receive(const uint8_t *frame, uint32_t length);
/** The next frame, or NULL; it stands until the next call. */
const uint8_t *core_transmit(uint32_t *length);
int32_t core_expire(void);
/** ms until the core is to be called, -1: not at all. As it stood after the last call. */
int32_t core_deadline(void);
/** Is there an event? */
bool core_next_event(int32_t *handle, uint32_t *kinds);
int32_t core_listen(uint32_t port, int32_t backlog);
int32_t core_accept(int32_t listener);
int32_t core_connect(uint32_t address, uint32_t port, uint32_t timeout_ms);
int32_t core_state(int32_t handle);
int32_t core_failure(int32_t handle);
int32_t core_local_port(int32_t handle);
int32_t core_remote_port(int32_t handle);
uint32_t core_remote_address(int32_t handle);
int32_t core_send_space(int32_t handle);
uint32_t core_send_at(int32_t handle);
int32_t core_send(int32_t handle, uint32_t length);
int32_t core_received(int32_t handle);
uint32_t core_received_at(int32_t handle);
int32_t core_consume(int32_t handle, uint32_t length);
int32_t core_set_option(int32_t handle, int32_t option, uint32_t value);
int32_t core_shutdown(int32_t handle);
int32_t core_close(int32_t handle);
int32_t core_abort(int32_t handle);

#endif
