#include "world.h"
#include "core.h"
#include <string.h>

/** No state of the core has more to say than this many frames without the time moving on. */
enum { MOST_FRAMES = 400 };

World world;

const uint8_t CORE_MAC[6] = {0x02, 0x46, 0x53, 0, 0, 0x03};
const uint32_t CORE_ADDRESS = 0x0a490003;
static const uint32_t ROUTER = 0x0a490001;
static const uint32_t BEYOND = 0xc0000209;

void world_clear(void)
{
    memset(&world, 0, sizeof world);
    world.is_checked = true;
}

uint32_t world_address(uint32_t which)
{
    which &= 31;
    if (which == 31)
        return BEYOND;
    return which == 30 ? ROUTER : 0x0a490009 + which;
}

/** Every address has a MAC, that of the router for those beyond it. */
static void mac_of(uint8_t *mac, uint32_t address)
{
    if ((address ^ CORE_ADDRESS) >> 8 != 0)
        address = ROUTER;
    memcpy(mac, (uint8_t[]){0x02, 0, 0, 0, 0, (uint8_t)address}, 6);
}

Peer *world_peer(uint32_t which)
{
    uint32_t there = world.count < PEERS ? world.count : PEERS;
    return there == 0 ? NULL : &world.peers[which % there];
}

Peer *world_find(uint32_t address, uint32_t port, uint32_t core_port)
{
    for (uint32_t i = 0; i < PEERS && i < world.count; i++) {
        Peer *peer = &world.peers[i];
        if (peer->address == address && peer->port == port && peer->core_port == core_port)
            return peer;
    }
    return NULL;
}

Peer *world_know(uint32_t address, uint32_t port, uint32_t core_port)
{
    Peer *peer = world_find(address, port, core_port);
    if (peer != NULL)
        return peer;
    peer = &world.peers[world.count++ % PEERS];
    *peer = (Peer){.address = address, .port = (uint16_t)port, .core_port = (uint16_t)core_port};
    return peer;
}

void world_boot_record(void)
{
    uint8_t *record = core_boot_record();
    memset(record, 0, BOOT_RECORD_BYTES);
    memcpy(record, CORE_MAC, 6);
    record[6] = 24;
    put32(record + 8, CORE_ADDRESS);
    put32(record + 12, ROUTER);
    for (int i = 0; i < 16; i++)
        record[16 + i] = (uint8_t)(0xc1 + 3 * i);
}

/** What the core sends of the stream is what the app wrote there: its place. */
static void check_data(const Peer *peer, const Segment *segment)
{
    if (!world.is_checked || !peer->has_core_begun || peer->is_doubtful || peer->is_asked)
        return;
    uint32_t place = segment->sequence - peer->core_begins - 1;
    for (uint32_t i = 0; i < segment->length; i++)
        if (segment->data[i] != (uint8_t)(place + i))
            violated("byte %u of the stream to port %u is sent as %u", place + i, peer->port, segment->data[i]);
}

/** What was acknowledged stays so, and the window's right edge never moves left. RFC 9293 §3.8.6. */
static void check_window(const Peer *peer, const Segment *segment)
{
    if (!peer->has_core_begun || peer->is_doubtful || peer->is_asked || peer->edge == 0)
        return;
    if (segment->flags & (SYN | RST))
        return;
    if ((int32_t)(segment->acknowledgment - peer->expected) < 0)
        violated("ACK %u after %u to port %u", segment->acknowledgment, peer->expected, peer->port);
    if ((int32_t)(segment->acknowledgment + segment->window - peer->edge) < 0)
        violated("the window to port %u shrinks by %u", peer->port,
                 peer->edge - segment->acknowledgment - segment->window);
}

static void learn(const Segment *segment)
{
    Peer *peer = world_know(segment->destination, segment->destination_port, segment->source_port);
    uint32_t taken = segment->length + !!(segment->flags & SYN) + !!(segment->flags & FIN);
    if (segment->flags & SYN) {
        peer->is_doubtful |= peer->has_core_begun && peer->core_begins != segment->sequence;
        peer->core_begins = segment->sequence;
        peer->has_core_begun = true;
        peer->is_asked = false;
        peer->sent = segment->sequence;
    }
    if (segment->flags & ACK)
        check_window(peer, segment);
    if (segment->flags & ACK) {
        peer->expected = segment->acknowledgment;
        peer->edge = segment->acknowledgment + segment->window;
    }
    if (segment->flags & RST)
        return;
    if (segment->length != 0)
        check_data(peer, segment);
    peer->last_length = (uint16_t)segment->length;
    if ((int32_t)(segment->sequence + taken - peer->sent) > 0)
        peer->sent = segment->sequence + taken;
}

bool world_fetch(void)
{
    uint32_t length;
    const uint8_t *frame = core_transmit(&length);
    if (frame == NULL)
        return false;
    memcpy(world.last, frame, length);
    world.last_length = length;
    Segment segment;
    if (read_segment(world.last, length, &segment))
        learn(&segment);
    return true;
}

uint32_t world_drain(void)
{
    uint32_t count = 0;
    while (world_fetch())
        if (++count > MOST_FRAMES)
            violated("it goes on sending without an end");
    return count;
}

int32_t world_deliver(uint8_t *frame, uint32_t length)
{
    Segment segment;
    Peer *peer = NULL;
    if (read_segment(frame, length, &segment) && segment.flags & SYN)
        peer = world_find(segment.source, segment.source_port, segment.destination_port);
    if (peer != NULL)
        peer->is_asked = true;
    return core_receive(frame, length);
}

/** An Ethernet and an IPv4 header from a host to the core. */
static void begin_packet(uint8_t *frame, uint32_t from, uint32_t protocol, uint32_t payload)
{
    memset(frame, 0, ETHERNET + IPV4);
    memcpy(frame, CORE_MAC, 6);
    mac_of(frame + 6, from);
    put16(frame + 12, 0x0800);
    uint8_t *ip = frame + ETHERNET;
    ip[0] = 0x45;
    put16(ip + 2, IPV4 + payload);
    ip[8] = 64;
    ip[9] = (uint8_t)protocol;
    put32(ip + 12, from);
    put32(ip + 16, CORE_ADDRESS);
}

/** The headers of a segment; gives where its data begins. */
static uint8_t *begin_segment(uint8_t *frame, const Peer *peer, uint32_t flags, uint32_t options_length, uint32_t *length)
{
    uint32_t header = TCP + (options_length + 3) / 4 * 4;
    if (*length > FRAME_BYTES - ETHERNET - IPV4 - header)
        *length = FRAME_BYTES - ETHERNET - IPV4 - header;
    begin_packet(frame, peer->address, PROTOCOL_TCP, header + *length);
    uint8_t *tcp = frame + ETHERNET + IPV4;
    memset(tcp, 0, header);
    put16(tcp, peer->port);
    put16(tcp + 2, peer->core_port);
    tcp[12] = (uint8_t)(header / 4 << 4);
    tcp[13] = (uint8_t)flags;
    return tcp + header;
}

int32_t world_segment(const Peer *peer, uint32_t flags, uint32_t sequence, uint32_t acknowledgment, uint32_t window,
                      const uint8_t *options, uint32_t options_length, uint32_t length)
{
    uint8_t frame[FRAME_BYTES];
    uint8_t *data = begin_segment(frame, peer, flags, options_length, &length);
    uint8_t *tcp = frame + ETHERNET + IPV4;
    put32(tcp + 4, sequence);
    put32(tcp + 8, acknowledgment);
    put16(tcp + 14, window);
    if (options_length != 0)
        memcpy(tcp + TCP, options, options_length);
    uint32_t first = sequence + !!(flags & SYN);
    for (uint32_t i = 0; i < length; i++)
        data[i] = (uint8_t)(first + i);
    uint32_t bytes = (uint32_t)(data - frame) + length;
    mend(frame, bytes);
    return world_deliver(frame, bytes);
}

int32_t world_say(const Peer *peer, uint32_t flags, const uint8_t *words, uint32_t length)
{
    uint8_t frame[FRAME_BYTES];
    uint8_t *data = begin_segment(frame, peer, flags, 0, &length);
    uint8_t *tcp = frame + ETHERNET + IPV4;
    put32(tcp + 4, peer->expected);
    put32(tcp + 8, peer->sent);
    put16(tcp + 14, 4096);
    if (length != 0)
        memcpy(data, words, length);
    uint32_t bytes = (uint32_t)(data - frame) + length;
    mend(frame, bytes);
    return world_deliver(frame, bytes);
}

void world_arp(uint32_t operation, uint32_t sender, uint32_t target)
{
    uint8_t frame[60] = {0};
    if (operation == 1)
        memset(frame, 0xff, 6);
    else
        memcpy(frame, CORE_MAC, 6);
    mac_of(frame + 6, sender);
    put16(frame + 12, 0x0806);
    put32(frame + 14, 0x00010800);
    put16(frame + 18, 0x0604);
    put16(frame + 20, operation);
    mac_of(frame + 22, sender);
    put32(frame + 28, sender);
    if (operation != 1)
        memcpy(frame + 32, CORE_MAC, 6);
    put32(frame + 38, target);
    world_deliver(frame, sizeof frame);
}

void world_answer_arp(void)
{
    const uint8_t *frame = world.last;
    if (world.last_length >= 42 && get16(frame + 12) == 0x0806 && get16(frame + 20) == 1)
        world_arp(2, get32(frame + 38), CORE_ADDRESS);
}

void world_unreachable(uint32_t from, uint32_t code, uint32_t delta)
{
    uint8_t frame[ETHERNET + IPV4 + ICMP + IPV4 + 8] = {0};
    begin_packet(frame, from, PROTOCOL_ICMP, ICMP + IPV4 + 8);
    uint8_t *icmp = frame + ETHERNET + IPV4;
    icmp[0] = 3;
    icmp[1] = (uint8_t)code;
    if (world.last_length >= ETHERNET + IPV4 + 8)
        memcpy(icmp + ICMP, world.last + ETHERNET, IPV4 + 8);
    uint8_t *sequence = icmp + ICMP + IPV4 + 4;
    put32(sequence, get32(sequence) + delta);
    mend(frame, sizeof frame);
    world_deliver(frame, sizeof frame);
}

void world_echo(uint32_t from, uint32_t length)
{
    uint8_t frame[FRAME_BYTES];
    if (length > 1472)
        length = 1472;
    begin_packet(frame, from, PROTOCOL_ICMP, ICMP + length);
    uint8_t *icmp = frame + ETHERNET + IPV4;
    memset(icmp, 0, ICMP);
    icmp[0] = 8;
    for (uint32_t i = 0; i < length; i++)
        icmp[ICMP + i] = (uint8_t)i;
    mend(frame, ETHERNET + IPV4 + ICMP + length);
    world_deliver(frame, ETHERNET + IPV4 + ICMP + length);
}

Peer *world_shake_hands(uint32_t address, uint32_t port, uint32_t core_port)
{
    Peer *peer = world_know(address, port, core_port);
    world_segment(peer, SYN, 1000, 0, 8192, (const uint8_t[]){2, 4, 5, 0xb4}, 4, 0);
    world_drain();
    world_segment(peer, ACK, peer->expected, peer->sent, 8192, NULL, 0, 0);
    world_drain();
    return peer;
}
