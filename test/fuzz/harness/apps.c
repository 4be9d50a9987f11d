/**
 * The apps that are linked in: what a peer of each says, in pieces, and whether and when it takes what they answer.
 */
#include "core.h"
#include "target.h"
#include "world.h"
#include <string.h>

enum { MOST_STEPS = 100, PEERS_THERE = 4 };

/** Echo, discard and two of the status page. */
static const uint16_t CORE_PORTS[PEERS_THERE] = {7, 9, 80, 80};

static void connect_all(uint32_t port)
{
    for (uint32_t i = 0; i < PEERS_THERE; i++)
        world_shake_hands(world_address(i), port, CORE_PORTS[i]);
}

static void prepare(void)
{
    world_clear();
    world.is_checked = false;
    world_boot_record();
    core_boot();
    world_drain();
    connect_all(4000);
}

/** What the peer says, as it stands in the input. */
static void step_say(Input *input, Peer *peer, uint32_t length, uint32_t flags)
{
    if (length > input->left)
        length = (uint32_t)input->left;
    world_say(peer, flags, input->at, length);
    input->at += length;
    input->left -= length;
}

static void step(Input *input)
{
    uint32_t byte = take8(input);
    Peer *peer = world_peer(byte);
    switch (byte >> 2 & 7) {
    case 0:
    case 1:
    case 2:
        step_say(input, peer, take8(input), ACK | PSH);
        break;
    case 3:
        step_say(input, peer, take8(input), ACK | FIN);
        break;
    case 4:
        world_segment(peer, byte & 32 ? RST : ACK, peer->expected, peer->sent, take8(input) * 16, NULL, 0, 0);
        break;
    case 5:
        world_segment(peer, ACK, peer->expected, peer->sent - take8(input), 4096, NULL, 0, 0);
        break;
    case 6:
        now += byte & 32 ? take16(input) : 100;
        core_expire();
        break;
    default:
        connect_all(4001 + (byte >> 5));
    }
    for (uint32_t frames = byte & 128 ? take8(input) : 1000; frames > 0 && world_fetch(); frames--)
        ;
}

static void run(Input *input)
{
    for (int steps = 0; input->left != 0 && steps < MOST_STEPS; steps++)
        step(input);
    world_drain();
    core_expire();
    world_drain();
}

const Target APPS = {"apps", prepare, run};
