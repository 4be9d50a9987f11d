/*
 * The module under WAMR: loads it from where it lies, makes an instance of it, calls its exports, and knows where its memory is.
 * Knows no board and no app.
 */
#ifndef FIRMSHAKE_CORE_H
#define FIRMSHAKE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "firmshake_layout.h"

/* A module as the build embeds it, from WebAssembly or ahead-of-time compiled, with what cannot be read from it cheaply. */
struct core_module {
    const uint8_t *bytes;
    uint32_t length;
    const char *profile;
    /* Linear memory in bytes: __heap_base. */
    uint32_t memory_bytes;
    uint32_t rx_ring;
    uint32_t tx_ring;
    /* Where all rings are in linear memory. */
    uint32_t rings_at;
    uint32_t rings_bytes;
};

/* The exports and their numbers of arguments: the table of ABI 1 in ARCHITECTURE.md. */
#define CORE_CALLS(CALL)                                                                                               \
    CALL(abi, 0) CALL(config, 0) CALL(boot, 1) CALL(rx_frame, 0) CALL(tx_frame, 0) CALL(receive, 2) CALL(transmit, 1)  \
    CALL(next_deadline, 1) CALL(expire, 1) CALL(pending, 0) CALL(listen, 2) CALL(accept, 1) CALL(connect, 4)           \
    CALL(state, 1) CALL(failure, 1) CALL(local_port, 1) CALL(remote_address, 1) CALL(remote_port, 1)                   \
    CALL(send_space, 1) CALL(send_at, 1) CALL(send, 2) CALL(received, 1) CALL(received_at, 1) CALL(consume, 2)         \
    CALL(set_option, 4) CALL(shutdown, 1) CALL(close, 2) CALL(abort, 1) CALL(next_event, 0) CALL(statistics, 0)

enum core_call {
#define CORE_NAME(name, arguments) CORE_##name,
    CORE_CALLS(CORE_NAME)
#undef CORE_NAME
    CORE_CALL_COUNT
};

enum { CORE_ABI = 1, CORE_FRAME_BYTES = 1514 };

/* Why a call did not return. */
struct core_trap {
    enum core_call call;
    const char *reason;
};

/* Memory for the runtime and for the module, both static and the board's. */
struct core_memory {
    void *pool;
    uint32_t pool_bytes;
    /* 16-byte aligned, `memory_bytes` of the module rounded up to 16 at least. */
    void *linear;
    uint32_t linear_bytes;
};

/*
 * Loads the module and makes its instance. NULL, or why it could not be: one line that stands until the next call. To be called
 * once; the bytes of the module must stay where they are, and are not written to.
 */
const char *core_load(const struct core_module *module, const struct core_memory *memory);

/* Throws the instance away, and makes another from the module: all memory is as it was at first. NULL, or why it could not be. */
const char *core_restart(void);

/* Calls an export; those that have fewer arguments ignore the rest. FSK_ENETDOWN from a trap on, until `core_restart`. */
int32_t core_call(enum core_call call, uint32_t first, uint32_t second, uint32_t third, uint32_t fourth);

/* The trap since the last start, or NULL. */
const struct core_trap *core_trapped(void);

const char *core_call_name(enum core_call call);

/* `length` bytes of linear memory at an address that the module told; NULL where they do not lie within it. */
void *core_bytes(uint32_t address, uint32_t length);

/* The two frame buffers, and the counters, as long as there is an instance. */
void *core_rx_frame(void);
void *core_tx_frame(void);
struct fsk_statistics *core_statistics(void);

/* Where in linear memory things lie, as the module told. */
struct core_places {
    uint32_t config;
    uint32_t rx_frame;
    uint32_t tx_frame;
    uint32_t statistics;
};
struct core_places core_places(void);

/* The linear memory itself, for a dump. */
const void *core_memory(uint32_t *length);

/* Bytes of the pool that were in use at most. */
uint32_t core_pool_high_water(void);

#endif
