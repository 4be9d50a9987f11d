#include "core.h"
#include "module.h"
#include "oracles.h"
#include "trap.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Neither a wrap of the clock nor its beginning is a special case: every execution goes through one. */
static const uint32_t START_MS = 0xffffffffu - 30000;

static MODULE_INSTANCE module;
static uint8_t *kept;
static uint32_t kept_now;
static uint32_t memory_bytes;
uint32_t now;
bool is_talking;
static uint64_t hash;
static uint64_t kept_hash;
static const char *last_call = "";

void say(const char *format, ...)
{
    if (!is_talking)
        return;
    va_list arguments;
    va_start(arguments, format);
    printf("%10u ms  ", now);
    vprintf(format, arguments);
    printf("\n");
    fflush(stdout);
    va_end(arguments);
}

void violated(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "firmshake: after %s: ", last_call);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    abort();
}

/** wasm2c's run-time calls this. */
void fuzz_trap(wasm_rt_trap_t code)
{
    violated("the module traps: %s", wasm_rt_strerror(code));
}

void core_load(void)
{
    wasm_rt_init();
    MODULE_INIT();
    MODULE_INSTANTIATE(&module);
    wasm_rt_memory_t *memory = CORE(memory)(&module);
    memory_bytes = (uint32_t)memory->size;
    kept = malloc(memory_bytes);
    now = START_MS;
    CORE(paintGuards)(&module);
    oracles_begin(memory->data, memory_bytes, CORE(guards)(&module), CORE(statistics)(&module));
}

uint8_t *core_at(uint32_t address, uint32_t length)
{
    if (address > memory_bytes || length > memory_bytes - address)
        violated("%u bytes at %u lie outside of memory", length, address);
    return CORE(memory)(&module)->data + address;
}

void core_keep(void)
{
    memcpy(kept, CORE(memory)(&module)->data, memory_bytes);
    kept_now = now;
    kept_hash = hash;
    oracles_keep();
}

void core_restore(void)
{
    memcpy(CORE(memory)(&module)->data, kept, memory_bytes);
    now = kept_now;
    hash = kept_hash;
    oracles_restore();
}

uint64_t core_hash(void)
{
    return hash;
}

static void mix(const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
}

/** A call that can change something is over: what must hold is looked at. */
static int32_t called(const char *name, uint32_t result)
{
    last_call = name;
    mix(&result, sizeof result);
    oracles_look();
    uint32_t pending = CORE(pending)(&module);
    int32_t deadline = (int32_t)CORE(next_deadline)(&module, now);
    mix(&pending, sizeof pending);
    mix(&deadline, sizeof deadline);
    oracles_pending(pending, deadline);
    return (int32_t)result;
}

int32_t core_deadline(void)
{
    return (int32_t)CORE(next_deadline)(&module, now);
}

uint8_t *core_boot_record(void)
{
    return core_at(CORE(config)(&module), BOOT_RECORD_BYTES);
}

int32_t core_boot(void)
{
    // It paints the guards anew.
    oracles_look_at_guards();
    uint32_t result = CORE(boot)(&module, now);
    if (result == 0)
        oracles_booted();
    called("boot", result);
    say("boot: %d", (int32_t)result);
    return (int32_t)result;
}

int32_t core_receive(const uint8_t *frame, uint32_t length)
{
    uint8_t *buffer = core_at(CORE(rx_frame)(&module), FRAME_BYTES);
    memcpy(buffer, frame, length < FRAME_BYTES ? length : FRAME_BYTES);
    int32_t result = (int32_t)CORE(receive)(&module, length, now);
    oracles_received(result, CORE(pending)(&module));
    called("receive", (uint32_t)result);
    oracles_frame_is("in", frame, length, result);
    return result;
}

const uint8_t *core_transmit(uint32_t *length)
{
    uint32_t pending = CORE(pending)(&module);
    *length = CORE(transmit)(&module, now);
    const uint8_t *frame = core_at(CORE(tx_frame)(&module), FRAME_BYTES);
    oracles_transmitted(pending, frame, *length);
    mix(frame, *length);
    called("transmit", *length);
    if (*length != 0)
        oracles_frame_is("out", frame, *length, 0);
    return *length == 0 ? NULL : frame;
}

int32_t core_expire(void)
{
    int32_t due = core_deadline();
    if (due != 0)
        oracles_freeze();
    int32_t result = called("expire", CORE(expire)(&module, now));
    if (due != 0)
        oracles_frozen("expire before anything is due");
    say("expire (due in %d ms): %d", due, result);
    return result;
}

bool core_next_event(int32_t *handle, uint32_t *kinds)
{
    uint32_t pending = CORE(pending)(&module);
    uint32_t record = CORE(next_event)(&module);
    called("next_event", record != 0);
    if (record == 0)
        return false;
    if ((pending & PENDING_EVENT) == 0)
        violated("an event that was not pending");
    memcpy(handle, core_at(record, 8), 4);
    memcpy(kinds, core_at(record, 8) + 4, 4);
    mix(kinds, sizeof *kinds);
    if (*kinds == 0 || *kinds > 255)
        violated("an event of kinds %u", *kinds);
    say("event: handle %d, kinds %u", *handle, *kinds);
    return true;
}

/** A call of the app, said. */
#define CALL(name, format, ...)                                                                                        \
    int32_t result = called(#name, CORE(name)(&module, __VA_ARGS__));                                                  \
    say(#name "(" format "): %d", __VA_ARGS__, result);                                                                \
    return result

int32_t core_listen(uint32_t port, int32_t backlog)
{
    CALL(listen, "%u, %d", port, backlog);
}

int32_t core_accept(int32_t listener)
{
    CALL(accept, "%d", listener);
}

int32_t core_connect(uint32_t address, uint32_t port, uint32_t timeout_ms)
{
    CALL(connect, "%08x, %u, %u, now %u", address, port, timeout_ms, now);
}

int32_t core_state(int32_t handle)
{
    CALL(state, "%d", handle);
}

int32_t core_failure(int32_t handle)
{
    CALL(failure, "%d", handle);
}

int32_t core_local_port(int32_t handle)
{
    CALL(local_port, "%d", handle);
}

int32_t core_remote_port(int32_t handle)
{
    CALL(remote_port, "%d", handle);
}

uint32_t core_remote_address(int32_t handle)
{
    CALL(remote_address, "%d", handle);
}

int32_t core_send_space(int32_t handle)
{
    CALL(send_space, "%d", handle);
}

/** An address is no part of what must be the same in every build. */
uint32_t core_send_at(int32_t handle)
{
    return CORE(send_at)(&module, handle);
}

int32_t core_send(int32_t handle, uint32_t length)
{
    CALL(send, "%d, %u", handle, length);
}

int32_t core_received(int32_t handle)
{
    CALL(received, "%d", handle);
}

uint32_t core_received_at(int32_t handle)
{
    return CORE(received_at)(&module, handle);
}

int32_t core_consume(int32_t handle, uint32_t length)
{
    CALL(consume, "%d, %u", handle, length);
}

int32_t core_set_option(int32_t handle, int32_t option, uint32_t value)
{
    CALL(set_option, "%d, %d, %u, now %u", handle, option, value, now);
}

int32_t core_shutdown(int32_t handle)
{
    CALL(shutdown, "%d", handle);
}

int32_t core_close(int32_t handle)
{
    CALL(close, "%d, now %u", handle, now);
}

int32_t core_abort(int32_t handle)
{
    CALL(abort, "%d", handle);
}
