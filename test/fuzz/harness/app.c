#include "app.h"
#include "core.h"
#include "oracles.h"
#include "world.h"

/** Of all handles that can be, those with an event once, and an address conflict. */
enum { MOST_EVENTS = 64 };
/** States in which the app can write, and in which the peer can. */
enum { ESTABLISHED = 4, FIN_WAIT_1 = 5, FIN_WAIT_2 = 6, CLOSE_WAIT = 7 };
/** Of a good LAN: so many deadlines are enough for all that is under way, however often it was lost before. */
enum { HEALING_ROUNDS = 40 };
/** The longest user timeout, and what may follow it. */
enum { LONGEST_END_MS = 4194240 + 300000 };

App app;

Held *app_held(uint32_t which)
{
    static Held none;
    none = (Held){0};
    uint32_t there = app.count < HANDLES ? app.count : HANDLES;
    return there == 0 ? &none : &app.held[which % there];
}

void app_hold(int32_t handle)
{
    if (handle > 0)
        app.held[app.count++ % HANDLES] = (Held){.handle = handle};
}

void app_write(Held *held, uint32_t length)
{
    int32_t space = core_send_space(held->handle);
    if (space <= 0)
        return;
    if (length > (uint32_t)space)
        length = (uint32_t)space;
    uint8_t *at = core_at(core_send_at(held->handle), (uint32_t)space);
    // What an app does not send it may write all the same.
    for (uint32_t i = 0; i < (uint32_t)space; i++)
        at[i] = i < length ? (uint8_t)(held->written + i) : 0xee;
    if (core_send(held->handle, length) != (int32_t)length)
        violated("send refuses %u of %d bytes", length, space);
    held->written += length;
}

void app_read(Held *held, uint32_t length)
{
    int32_t ready = core_received(held->handle);
    if (ready <= 0)
        return;
    if (length > (uint32_t)ready)
        length = (uint32_t)ready;
    const uint8_t *at = core_at(core_received_at(held->handle), (uint32_t)ready);
    for (uint32_t i = 0; i < length; i++, held->read++, held->next++) {
        if (held->read == 0)
            held->next = at[i];
        if (world.is_checked && at[i] != held->next)
            violated("byte %u of a stream is read as %u, not %u", held->read, at[i], held->next);
    }
    if (core_consume(held->handle, length) != (int32_t)length)
        violated("consume refuses %u of %d bytes", length, ready);
}

void app_events(void)
{
    int32_t handle;
    uint32_t kinds;
    for (int count = 0; core_next_event(&handle, &kinds); count++) {
        if (count > MOST_EVENTS)
            violated("events without an end");
        if (kinds & 2)
            app_hold(core_accept(handle));
    }
}

/** Hosts may be there though their TCP is not. */
static void drain(bool is_link_up)
{
    while (world_fetch())
        if (is_link_up)
            world_answer_arp();
}

static uint32_t send_ring;
static uint32_t receive_ring;

void app_begin(const Held *held)
{
    send_ring = (uint32_t)core_send_space(held->handle);
    const Peer *peer = world_peer(0);
    receive_ring = peer->edge - peer->expected;
}

/** The peer of a connection; NULL: it is not known for sure what it knows. */
static const Peer *peer_of(int32_t handle)
{
    const Peer *peer = world_find(core_remote_address(handle), (uint32_t)core_remote_port(handle),
                                  (uint32_t)core_local_port(handle));
    return peer == NULL || peer->is_doubtful || peer->is_asked || peer->has_lied || !peer->has_core_begun ? NULL : peer;
}

static void check_healed(Held *held)
{
    int32_t state = core_state(held->handle);
    const Peer *peer = peer_of(held->handle);
    if (peer == NULL)
        return;
    if ((state == ESTABLISHED || state == CLOSE_WAIT) && core_send_space(held->handle) != (int32_t)send_ring)
        violated("all is well, and what was written has not arrived");
    if (state != ESTABLISHED && state != FIN_WAIT_1 && state != FIN_WAIT_2)
        return;
    if (core_received(held->handle) != 0)
        violated("all is read, and more is there");
    // What it has already: it is answered with where things stand.
    world_segment(peer, ACK, peer->expected - 1, peer->sent, 8192, NULL, 0, 1);
    drain(true);
    if (peer->edge - peer->expected < receive_ring / 2)
        violated("all is read, and the window is %u bytes", peer->edge - peer->expected);
}

void app_heal(void)
{
    if (world.count > PEERS || app.count > HANDLES)
        return;
    for (int round = 0; round < HEALING_ROUNDS; round++) {
        int32_t due = core_deadline();
        now += due > 0 ? (uint32_t)due : 0;
        core_expire();
        drain(true);
        for (uint32_t i = 0; i < world.count; i++) {
            const Peer *peer = world_peer(i);
            world_segment(peer, ACK, peer->expected, peer->sent, 8192, NULL, 0, 0);
            drain(true);
        }
        for (uint32_t i = 0; i < app.count; i++)
            while (core_received(app.held[i].handle) > 0)
                app_read(&app.held[i], 65535);
    }
    uint32_t count = app.count;
    for (uint32_t i = 0; i < count; i++)
        if (core_state(app.held[i].handle) >= ESTABLISHED)
            check_healed(&app.held[i]);
}

void app_end(bool is_link_up)
{
    app_events();
    if (app.count > HANDLES)
        return;
    for (uint32_t i = 0; i < app.count; i++) {
        int32_t accepted;
        while ((accepted = core_accept(app.held[i].handle)) > 0)
            core_close(accepted);
    }
    for (uint32_t i = 0; i < app.count; i++)
        core_close(app.held[i].handle);
    drain(is_link_up);
    uint32_t begun = now;
    while (core_deadline() >= 0) {
        if (now - begun > LONGEST_END_MS)
            violated("there is always another deadline, %d ms away", core_deadline());
        now += (uint32_t)core_deadline();
        core_expire();
        drain(is_link_up);
    }
    oracles_empty();
}
