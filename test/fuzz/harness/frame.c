#include "frame.h"
#include "core.h"
#include <stdio.h>
#include <string.h>

uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

uint16_t checksum(const uint8_t *bytes, uint32_t length, uint32_t sum)
{
    for (uint32_t i = 0; i + 1 < length; i += 2)
        sum += get16(bytes + i);
    if (length & 1)
        sum += (uint32_t)bytes[length - 1] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/** The checksum over a TCP or UDP payload of a packet with its pseudo-header. */
static uint16_t payload_checksum(const uint8_t *ip, const uint8_t *payload, uint32_t length)
{
    uint32_t sum = (uint32_t)ip[9] + length;
    for (uint32_t i = 12; i < IPV4; i += 2)
        sum += get16(ip + i);
    return checksum(payload, length, sum);
}

/** Where the packet's payload begins, and its length; 0: there is none. */
static uint32_t payload_of(const uint8_t *frame, uint32_t length, uint32_t *payload_length)
{
    if (length < ETHERNET + IPV4 || get16(frame + 12) != 0x0800)
        return 0;
    uint32_t header = (frame[ETHERNET] & 15u) * 4;
    uint32_t total = get16(frame + ETHERNET + 2);
    if (header < IPV4 || total < header || ETHERNET + total > length)
        return 0;
    *payload_length = total - header;
    return ETHERNET + header;
}

static void mend_payload(uint8_t *ip, uint8_t *payload, uint32_t length)
{
    uint8_t protocol = ip[9];
    uint32_t at = protocol == PROTOCOL_TCP ? 16 : protocol == PROTOCOL_UDP ? 6 : 2;
    if (protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP && protocol != PROTOCOL_ICMP)
        return;
    if (length < at + 2)
        return;
    put16(payload + at, 0);
    put16(payload + at, protocol == PROTOCOL_ICMP ? checksum(payload, length, 0) : payload_checksum(ip, payload, length));
}

void mend(uint8_t *frame, uint32_t length)
{
    if (length < ETHERNET + IPV4 || get16(frame + 12) != 0x0800)
        return;
    uint8_t *ip = frame + ETHERNET;
    uint32_t header = (ip[0] & 15u) * 4;
    if (header < IPV4 || ETHERNET + header > length)
        return;
    // A packet may be shorter than its frame, but not longer.
    if (ETHERNET + get16(ip + 2) > length || get16(ip + 2) < header)
        put16(ip + 2, length - ETHERNET);
    put16(ip + 10, 0);
    put16(ip + 10, checksum(ip, header, 0));
    mend_payload(ip, ip + header, get16(ip + 2) - header);
}

bool read_segment(uint8_t *frame, uint32_t length, Segment *segment)
{
    uint32_t size;
    uint32_t at = payload_of(frame, length, &size);
    if (at == 0 || frame[ETHERNET + 9] != PROTOCOL_TCP || size < TCP)
        return false;
    uint8_t *tcp = frame + at;
    uint32_t header = (tcp[12] >> 4) * 4u;
    if (header < TCP || header > size)
        return false;
    *segment = (Segment){
        .source = get32(frame + ETHERNET + 12),
        .destination = get32(frame + ETHERNET + 16),
        .source_port = get16(tcp),
        .destination_port = get16(tcp + 2),
        .sequence = get32(tcp + 4),
        .acknowledgment = get32(tcp + 8),
        .flags = tcp[13],
        .window = get16(tcp + 14),
        .header = header,
        .length = size - header,
        .data = tcp + header,
    };
    return true;
}

/** The options of a segment that we are sent: each whole, and none of a length that cannot be. */
static const char *wrong_in_options(const uint8_t *tcp, uint32_t header)
{
    for (uint32_t at = TCP; at < header;) {
        if (tcp[at] == 0)
            return NULL;
        if (tcp[at] == 1) {
            at += 1;
            continue;
        }
        if (at + 1 >= header || tcp[at + 1] < 2 || at + tcp[at + 1] > header)
            return "a TCP option that is not whole";
        at += tcp[at + 1];
    }
    return NULL;
}

static const char *wrong_in_segment(const uint8_t *ip, const uint8_t *tcp, uint32_t length)
{
    if (length < TCP)
        return "a TCP header that is not whole";
    uint32_t header = (tcp[12] >> 4) * 4u;
    uint8_t flags = tcp[13];
    if (header < TCP || header > length)
        return "a TCP header of a length that cannot be";
    if (payload_checksum(ip, tcp, length) != 0)
        return "a wrong TCP checksum";
    if ((flags & SYN) && (flags & (RST | FIN)))
        return "SYN with RST or FIN";
    if ((flags & RST) && (flags & FIN))
        return "RST with FIN";
    if (!(flags & (SYN | ACK | RST)))
        return "neither SYN nor ACK nor RST";
    if (!(flags & ACK) && get32(tcp + 8) != 0)
        return "an acknowledgment number without ACK";
    return wrong_in_options(tcp, header);
}

static const char *wrong_in_packet(const uint8_t *ip, uint32_t length, uint32_t address)
{
    if (length < IPV4 || ip[0] != 0x45)
        return "an IPv4 header that is none of 20 bytes";
    uint32_t total = get16(ip + 2);
    if (total < IPV4 || total > length)
        return "an IPv4 length that is not the frame's";
    if (total != length && ETHERNET + length > 60)
        return "bytes behind the packet";
    if (checksum(ip, IPV4, 0) != 0)
        return "a wrong IPv4 checksum";
    if (get32(ip + 12) != address)
        return "another's source address";
    if (ip[8] == 0)
        return "a time to live of 0";
    uint32_t destination = get32(ip + 16);
    if (destination == 0 || destination >= 0xe0000000u || destination >> 24 == 127 || destination == address)
        return "a destination that is no other host";
    if (ip[9] == PROTOCOL_TCP)
        return wrong_in_segment(ip, ip + IPV4, total - IPV4);
    if (ip[9] != PROTOCOL_ICMP)
        return "a protocol that it does not speak";
    return checksum(ip + IPV4, total - IPV4, 0) == 0 ? NULL : "a wrong ICMP checksum";
}

const char *wrong_in(const uint8_t *frame, uint32_t length, const uint8_t *mac, uint32_t address)
{
    if (length < ETHERNET || length > FRAME_BYTES)
        return "a length that no frame has";
    if (memcmp(frame + 6, mac, 6) != 0)
        return "another's source MAC";
    uint16_t type = get16(frame + 12);
    if (type == 0x0806)
        return length >= 42 && get32(frame + ETHERNET) == 0x00010800 ? NULL : "an ARP that is not whole";
    if (frame[0] & 1)
        return "a packet to a group";
    return type == 0x0800 ? wrong_in_packet(frame + ETHERNET, length - ETHERNET, address) : "an unknown EtherType";
}

static void describe_address(char *text, uint32_t size, uint32_t address)
{
    snprintf(text, size, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

void describe(char *text, uint32_t size, const uint8_t *frame, uint32_t length)
{
    Segment segment;
    uint32_t payload;
    uint32_t at = payload_of(frame, length, &payload);
    char from[16];
    char to[16];
    if (at != 0) {
        describe_address(from, sizeof from, get32(frame + ETHERNET + 12));
        describe_address(to, sizeof to, get32(frame + ETHERNET + 16));
    }
    if (read_segment((uint8_t *)frame, length, &segment)) {
        char flags[8] = "";
        for (int bit = 0; bit < 6; bit++)
            if (segment.flags >> bit & 1)
                strncat(flags, &"FSRPAU"[bit], 1);
        snprintf(text, size, "%s:%u > %s:%u [%s] seq %u ack %u win %u, %u bytes", from, segment.source_port, to,
                 segment.destination_port, flags, segment.sequence, segment.acknowledgment, segment.window,
                 segment.length);
    } else if (at != 0) {
        snprintf(text, size, "%s > %s protocol %u, %u bytes", from, to, frame[ETHERNET + 9], payload);
    } else if (length >= 42 && get16(frame + 12) == 0x0806) {
        describe_address(from, sizeof from, get32(frame + 28));
        describe_address(to, sizeof to, get32(frame + 38));
        snprintf(text, size, "ARP operation %u: %s > %s", get16(frame + 20), from, to);
    } else {
        snprintf(text, size, "a frame of %u bytes", length);
    }
}
