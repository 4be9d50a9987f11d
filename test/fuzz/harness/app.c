#include "app.h"
#include "core.h"
#include "oracles.h"
#include "world.h"

/** Of all handles that can be, those with an event once, and an address conflict. */
enum { MOST_EVENTS = 64 };
/** Retransmissions with their backoff, then TIME-WAIT, of all that there can be. */
enum { MOST_DEADLINES = 1500 };

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

void app_end(void)
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
    while (world_fetch())
        world_answer_arp();
    for (int count = 0; core_deadline() >= 0; count++) {
        if (count > MOST_DEADLINES)
            violated("there is always another deadline, %d ms away", core_deadline());
        now += (uint32_t)core_deadline();
        core_expire();
        // Hosts are there: their TCP is not.
        while (world_fetch())
            world_answer_arp();
    }
    oracles_empty();
}
