/**
 * Frames, one after the other, at a core with listeners, a connection with data in both rings, and one half-open. Each is
 * a byte of choices, two of length, and its bytes. Lengths and checksums are mended, but in one of eight.
 */
#include "core.h"
#include "module.h"
#include "target.h"
#include "world.h"
#include <string.h>

enum { MOST_FRAMES = 40, PORT = 77, PEER_PORT = 4000, CONNECTION_PEER = 0 };

static int32_t connection;

static void prepare(void)
{
    world_clear();
    // Frames say what they like.
    world.is_checked = false;
    world_boot_record();
    core_boot();
    world_drain();
    core_listen(PORT, 2);
    int32_t listener = core_listen(7777, 1);
    const Peer *peer = world_shake_hands(world_address(CONNECTION_PEER), PEER_PORT, 7777);
    connection = core_accept(listener);
    uint32_t space = (uint32_t)core_send_space(connection);
    memset(core_at(core_send_at(connection), space), 'x', space);
    core_send(connection, 300);
    world_drain();
    world_segment(peer, ACK | PSH, peer->expected, peer->sent - 100, 8192, NULL, 0, 20);
    world_drain();
    Peer *other = world_know(world_address(1), 4001, PORT);
    world_segment(other, SYN, 5000, 0, 1000, NULL, 0, 0);
    world_drain();
    int32_t handle;
    uint32_t kinds;
    while (core_next_event(&handle, &kinds))
        ;
}

/** Counts from what the core expects of whom it is from, not from 0: what is in the frame is how far it is off. */
static void make_relative(uint8_t *frame, uint32_t length)
{
    Segment segment;
    if (!read_segment(frame, length, &segment))
        return;
    const Peer *from = world_find(segment.source, segment.source_port, segment.destination_port);
    if (from == NULL)
        return;
    uint8_t *tcp = segment.data - segment.header;
    put32(tcp + 4, segment.sequence + from->expected);
    put32(tcp + 8, segment.acknowledgment + from->sent);
}

/** To whom few frames are due: what comes from a stranger is answered by one at most. */
static bool is_stranger(uint8_t *frame, uint32_t length)
{
    Segment segment;
    if (read_segment(frame, length, &segment))
        return segment.destination_port != 7777 || segment.source_port != PEER_PORT;
    return length > 34 && get16(frame + 12) == 0x0800 && !(frame[23] == PROTOCOL_ICMP);
}

static void run(Input *input)
{
    static const uint32_t PAUSES[] = {0, 1, 40, 1000};
    for (int count = 0; input->left != 0 && count < MOST_FRAMES; count++) {
        uint32_t choice = take8(input);
        uint32_t length = take16(input) % 2048;
        uint8_t frame[2048] = {0};
        uint32_t given = length < input->left ? length : (uint32_t)input->left;
        memcpy(frame, input->at, given);
        input->at += given;
        input->left -= given;
        length = given;
        if (choice & 8)
            make_relative(frame, length);
        if ((choice & 7) != 7)
            mend(frame, length);
        now += PAUSES[choice >> 4 & 3];
        if (choice & 64)
            core_expire();
        bool is_quiet = world_drain() == 0;
        core_receive(frame, length);
        // Every other one is not fetched before the next arrives.
        if (choice & 128)
            continue;
        uint32_t answers = world_drain();
        if (is_quiet && !MODULE_HAS_APPS && is_stranger(frame, length) && answers > 1)
            violated("%u frames answer one of a stranger", answers);
        if (core_received(connection) > 2000)
            core_consume(connection, 1000);
    }
    core_expire();
    world_drain();
}

const Target FRAMES = {"frames", prepare, run};
