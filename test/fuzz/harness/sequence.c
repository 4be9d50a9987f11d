/**
 * Frames, calls and time in any order: each step is a byte that says what, and what that takes. Peers answer with what the
 * core expects of them, and a little more or less.
 */
#include "app.h"
#include "core.h"
#include "target.h"
#include "world.h"
#include <string.h>

enum { MOST_STEPS = 150, MOST_ROUNDS = 10, LATEST_MS = 60000, PORTS = 3 };

static const uint16_t CORE_PORTS[PORTS] = {7, 77, 80};

static void prepare(void)
{
    world_clear();
    memset(&app, 0, sizeof app);
    world_boot_record();
    core_boot();
    world_drain();
    app_hold(core_listen(CORE_PORTS[0], 2));
    app_hold(core_listen(CORE_PORTS[1], 1));
    world_shake_hands(world_address(0), 4000, CORE_PORTS[1]);
    app_events();
    app_begin(app_held(2));
}

/** A small number, mostly none; or one at which arithmetic turns. */
static uint32_t delta_of(uint32_t byte)
{
    static const uint32_t TURNS[] = {0x7fffffff, 0x80000000, 0x80000001, 65535, 65536, (uint32_t)-65536, 4096, 8192};
    int8_t small = (int8_t)byte;
    if (small >= -32 && small < 64)
        return (uint32_t)(int32_t)small;
    return small >= 64 ? (uint32_t)(small - 64) * 67 : TURNS[byte & 7];
}

static const uint8_t OPTIONS[8][12] = {
    {0}, {2, 4, 5, 0xb4}, {2, 4, 0, 64}, {1, 1, 4, 2}, {3, 3, 7, 1}, {2, 4, 0, 0}, {1, 1, 5, 10}, {8, 10, 1, 1},
};
static const uint8_t OPTION_BYTES[8] = {0, 4, 4, 4, 4, 4, 12, 12};

/** A segment of a peer: flags, how far off, window, data. */
static void step_segment(Input *input, uint32_t which)
{
    static const uint8_t FLAGS[] = {ACK, ACK | PSH, ACK | FIN, RST, RST | ACK, SYN, SYN | ACK, 0};
    Peer *peer = world_peer(which);
    uint32_t choice = take8(input);
    uint32_t sequence = choice & 8 ? delta_of(take8(input)) : 0;
    uint32_t acknowledgment = choice & 16 ? delta_of(take8(input)) : 0;
    uint32_t length = choice & 32 ? take8(input) * 6 : 0;
    uint32_t window = choice & 64 ? take16(input) : 4096;
    uint8_t options[12];
    uint32_t kind = choice & 128 ? take8(input) : 0;
    uint32_t flags = (choice & 7) == 7 ? take8(input) : FLAGS[choice & 7];
    memcpy(options, OPTIONS[kind & 7], sizeof options);
    if (peer == NULL)
        return;
    peer->has_lied |= (int32_t)sequence > 0;
    if ((kind & 7) == 6) {
        put32(options + 4, peer->sent - peer->last_length + delta_of(kind));
        put32(options + 8, peer->sent);
    }
    world_segment(peer, flags, peer->expected + sequence, peer->sent + acknowledgment, window, options,
                  OPTION_BYTES[kind & 7], length);
}

/** A peer does what it should: takes what was sent, and sends as much as fits. */
static void step_good(Input *input, uint32_t which)
{
    const Peer *peer = world_peer(which);
    if (peer == NULL)
        return;
    uint32_t length = take8(input) * 16;
    if (length > peer->edge - peer->expected)
        length = peer->edge - peer->expected;
    do {
        uint32_t part = length < 1400 ? length : 1400;
        world_segment(peer, ACK | PSH, peer->expected, peer->sent, 8192, NULL, 0, part);
        world_drain();
        length -= part;
    } while (length > 0);
}

static void step_syn(Input *input, uint32_t which)
{
    uint32_t choice = take8(input);
    Peer *peer = world_know(world_address(which), 4000 + (choice & 7), CORE_PORTS[(choice >> 3) % PORTS]);
    uint32_t kind = choice >> 5;
    world_segment(peer, SYN, choice & 8 ? peer->expected + 100 : 0xfffffff0u + choice, 0, 4096, OPTIONS[kind],
                  OPTION_BYTES[kind], 0);
    // The ACK that completes it, at times.
    if (which & 1) {
        world_drain();
        world_segment(peer, ACK, peer->expected, peer->sent, 4096, NULL, 0, 0);
    }
}

static void step_raw(Input *input)
{
    uint8_t frame[256] = {0};
    uint32_t length = take8(input);
    for (uint32_t i = 0; i < length; i++)
        frame[i] = (uint8_t)take8(input);
    Segment segment;
    if (read_segment(frame, length, &segment)) {
        for (uint32_t i = 0; i < segment.length; i++)
            segment.data[i] = (uint8_t)(segment.sequence + !!(segment.flags & SYN) + i);
        Peer *peer = world_find(segment.source, segment.source_port, segment.destination_port);
        if (peer != NULL)
            peer->has_lied = true;
    }
    mend(frame, length);
    world_deliver(frame, length);
}

/** Time goes by. A timer can be late, but not for hours: ages are of 16 bits. */
static void pause(uint32_t ms)
{
    int32_t due = core_deadline();
    if (due >= 0 && ms > (uint32_t)due + LATEST_MS)
        ms = (uint32_t)due + LATEST_MS;
    now += ms;
}

/** Time: a little, up to what is due, to just before it, or much. */
static void step_time(Input *input, uint32_t how)
{
    static const uint32_t PAUSES[] = {1, 10, 41, 250, 1000, 5000, 60000, 3000000};
    int32_t due = core_deadline();
    if (how < 8)
        pause(PAUSES[how]);
    else if (how < 16)
        now += due > 0 ? (uint32_t)due : 0;
    else if (how < 20)
        now += due > 1 ? (uint32_t)due - 1 : 0;
    else
        pause(take16(input));
}

/** The timer has fired: what was due is done, so that nothing is due at once when all is sent. */
static void step_expire(uint32_t how)
{
    core_expire();
    if (how & 1)
        return;
    world_drain();
    // A timer that is very late has several times of the same entry to make up for.
    for (int round = 0; core_deadline() == 0 && round < MOST_ROUNDS; round++) {
        core_expire();
        world_drain();
    }
    if (core_deadline() == 0)
        violated("what is due stays due");
}

static void step_call(Input *input, uint32_t which)
{
    uint32_t call = take8(input);
    Held *held = app_held(call >> 4);
    switch (call & 15) {
    case 0:
        app_hold(core_listen(CORE_PORTS[which % PORTS], (int32_t)(which >> 2)));
        break;
    case 1:
        app_hold(core_accept(held->handle));
        break;
    case 2:
        app_hold(core_connect(world_address(which), which & 1 ? 80 : 4000 + (call >> 4), take8(input) * 250));
        break;
    case 3:
    case 4:
        app_write(held, which * which * 5);
        break;
    case 5:
    case 6:
        app_read(held, which == 31 ? 65535 : which * which * 5);
        break;
    case 7:
        core_set_option(held->handle, (int32_t)(which & 3), which & 4 ? take32(input) : take8(input));
        break;
    case 8:
        core_shutdown(held->handle);
        break;
    case 9:
        core_close(held->handle);
        break;
    case 10:
        core_abort(held->handle);
        break;
    case 11:
        core_state(held->handle);
        core_failure(held->handle);
        core_local_port(held->handle);
        core_remote_port(held->handle);
        core_remote_address(held->handle);
        break;
    case 12:
        core_send(held->handle, take32(input));
        core_consume(held->handle, take32(input));
        // What was sent was not written by the app, what was consumed not read.
        world.is_checked = false;
        break;
    case 13: {
        // A handle of nobody, or of one that was let go.
        int32_t any = (int32_t)(which & 1 ? take32(input) : (uint32_t)held->handle + (which - 16) * 2048);
        app_hold(core_accept(any));
        core_shutdown(any);
        core_received(any);
        core_send_space(any);
        core_close(any);
        break;
    }
    case 14:
        app_hold(core_listen(take16(input) + (which == 31 ? 65536 : 0), (int32_t)take32(input)));
        app_hold(core_connect(take32(input), take16(input), take32(input)));
        break;
    default:
        if (which == 7) {
            world_clear();
            memset(&app, 0, sizeof app);
            core_boot();
        }
    }
}

static void step(Input *input)
{
    uint32_t byte = take8(input);
    uint32_t which = byte >> 3;
    switch (byte & 7) {
    case 0:
        step_segment(input, which);
        break;
    case 1:
        step_good(input, which);
        break;
    case 2:
        step_syn(input, which);
        break;
    case 3:
        step_time(input, which);
        step_expire(which);
        break;
    case 4:
        step_call(input, which);
        break;
    case 5:
        app_events();
        for (uint32_t frames = which; frames > 0 && world_fetch(); frames--)
            ;
        break;
    case 6: {
        uint32_t choice = take8(input);
        world_arp(choice & 1 ? 1 : 2, world_address(which), choice & 2 ? world_address(choice >> 2) : CORE_ADDRESS);
        break;
    }
    default: {
        uint32_t choice = take8(input);
        if (choice & 1)
            world_unreachable(world_address(which), choice >> 1 & 7, delta_of(choice >> 4));
        else if (choice & 2)
            step_raw(input);
        else
            world_echo(world_address(which), choice * 6);
    }
    }
}

static void run(Input *input)
{
    // These take long.
    bool is_healed = input->left % 4 == 1;
    bool is_ended = input->left % 4 == 0;
    bool is_link_up = input->left % 8 == 0;
    for (int steps = 0; input->left != 0 && steps < MOST_STEPS; steps++)
        step(input);
    world_drain();
    app_events();
    if (is_healed)
        app_heal();
    if (is_ended)
        app_end(is_link_up);
}

const Target SEQUENCE = {"sequence", prepare, run};
