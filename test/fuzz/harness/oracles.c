#include "oracles.h"
#include "core.h"
#include "frame.h"
#include "module.h"
#include <stdlib.h>
#include <string.h>

enum { POOLS = 5, POOL_USE_BYTES = 16, GUARD = 0xa5, LARGEST_GUARD = 4096 };
/** The biggest number of a Drop. */
enum { DROPS = 30 };

/* The age of an acknowledgment that waits is kept in 16 bits: to a host that is a minute late it may seem new, and wait 40 ms once more. */
enum { MOST_LATE_MS = 65000 };

static uint8_t *memory;
static uint32_t memory_bytes;
static const uint32_t *guards;
static const uint32_t *pools;
static uint8_t whole_guard[LARGEST_GUARD];
static uint8_t *frozen;
bool is_thorough;

/** Who the core is, since it was booted. */
typedef struct {
    bool is_booted;
    uint8_t mac[6];
    uint32_t address;
    /** When the timer is armed for, as a host would arm it. */
    bool is_armed;
    uint32_t armed_at;
} State;
static State state;
static State kept;

void oracles_begin(uint8_t *at, uint32_t bytes, uint32_t guards_at, uint32_t statistics_at)
{
    memory = at;
    memory_bytes = bytes;
    guards = guards_at == 0 ? NULL : (const uint32_t *)(memory + guards_at);
    pools = (const uint32_t *)(memory + statistics_at + MODULE_POOLS_AT);
    memset(whole_guard, GUARD, sizeof whole_guard);
    frozen = malloc(bytes);
}

void oracles_keep(void)
{
    kept = state;
}

void oracles_restore(void)
{
    state = kept;
}

void oracles_booted(void)
{
    const uint8_t *record = core_boot_record();
    state.is_booted = true;
    memcpy(state.mac, record, 6);
    state.address = get32(record + 8);
    state.is_armed = false;
}

bool oracles_are_guards_whole(void)
{
    for (const uint32_t *guard = guards; guard != NULL && guard[1] != 0; guard += 2)
        if (memcmp(memory + guard[0], whole_guard, guard[1] - guard[0]) != 0)
            return false;
    return true;
}

void oracles_look_at_guards(void)
{
    for (const uint32_t *guard = guards; guard != NULL && guard[1] != 0; guard += 2)
        for (uint32_t at = guard[0]; at < guard[1]; at++)
            if (memory[at] != GUARD)
                violated("a write out of bounds: byte %u, in the guard from %u to %u", at, guard[0], guard[1]);
}

void oracles_look(void)
{
    if (is_thorough)
        oracles_look_at_guards();
    for (uint32_t pool = 0; pool < POOLS; pool++) {
        const uint32_t *use = pools + pool * (POOL_USE_BYTES / 4);
        if (use[1] > use[0] || use[2] > use[0] || use[1] > use[2])
            violated("pool %u holds %u of %u, at most %u", pool, use[1], use[0], use[2]);
    }
}

void oracles_pending(uint32_t pending, int32_t deadline)
{
    if (pending > 7)
        violated("pending says %u", pending);
    if (deadline < -1)
        violated("a deadline of %d ms", deadline);
    bool is_armed = deadline != -1;
    if (!(pending & PENDING_DEADLINE)) {
        int32_t left = (int32_t)(state.armed_at - now);
        if (is_armed != state.is_armed)
            violated("a deadline that was %s and nobody told", is_armed ? "set" : "cleared");
        if (is_armed && left > -MOST_LATE_MS && deadline != (left < 0 ? 0 : left))
            violated("a deadline in %d ms, which was in %d ms, and nobody told", deadline, left);
        if (is_armed && left <= -MOST_LATE_MS)
            state.armed_at = now + (uint32_t)deadline;
    } else {
        state.armed_at = now + (uint32_t)deadline;
    }
    state.is_armed = is_armed;
}

void oracles_received(int32_t result, uint32_t pending)
{
    uint32_t reason = result < 0 ? (uint32_t)-result & 255 : 0;
    uint32_t bits = result < 0 ? (uint32_t)-result >> 8 : (uint32_t)result;
    if (reason > DROPS || (result < 0 && reason == 0))
        violated("a frame dropped for reason %u", reason);
    if (bits != pending)
        violated("receive says that %u is pending, and pending %u", bits, pending);
}

void oracles_transmitted(uint32_t pending, const uint8_t *frame, uint32_t length)
{
    if (length == 0)
        return;
    if (!(pending & PENDING_FRAME))
        violated("a frame that was not pending");
    if (length > FRAME_BYTES)
        violated("a frame of %u bytes", length);
    const char *wrong = state.is_booted ? wrong_in(frame, length, state.mac, state.address) : "not booted";
    if (wrong != NULL)
        violated("a frame of %u bytes: %s", length, wrong);
}

void oracles_freeze(void)
{
    memcpy(frozen, memory, memory_bytes);
}

void oracles_frozen(const char *what)
{
    if (MODULE_HAS_APPS || memcmp(frozen, memory, memory_bytes) == 0)
        return;
    uint32_t at = 0;
    while (frozen[at] == memory[at])
        at++;
    violated("%s changes memory, at %u", what, at);
}

void oracles_empty(void)
{
    static const char *const NAMES[] = {"connections", "half-open entries", "TIME-WAIT entries", "listeners"};
    for (uint32_t pool = 0; pool < sizeof NAMES / sizeof *NAMES; pool++)
        if (pools[pool * (POOL_USE_BYTES / 4) + 1] != 0)
            violated("%u %s are left when all is over", pools[pool * (POOL_USE_BYTES / 4) + 1], NAMES[pool]);
}

void oracles_frame_is(const char *direction, const uint8_t *frame, uint32_t length, int32_t result)
{
    if (!is_talking)
        return;
    char text[200];
    describe(text, sizeof text, frame, length);
    if (result == 0)
        say("%-3s %s", direction, text);
    else if (result > 0)
        say("%-3s %s: pending %d", direction, text, result);
    else
        say("%-3s %s: drop %d, pending %d", direction, text, -result & 255, -result >> 8);
}
