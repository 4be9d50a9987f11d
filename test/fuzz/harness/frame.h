/** Ethernet frames as bytes: read, mended and checked. RFC 894, 826, 791, 792, 9293. */
#ifndef FUZZ_FRAME_H
#define FUZZ_FRAME_H

#include <stdbool.h>
#include <stdint.h>

enum { ETHERNET = 14, IPV4 = 20, TCP = 20, ICMP = 8 };
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32 };
enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

/** A TCP segment in a frame, in host byte order. */
typedef struct {
    uint32_t source, destination;
    uint16_t source_port, destination_port;
    uint32_t sequence, acknowledgment;
    uint8_t flags;
    uint16_t window;
    uint32_t header;
    uint32_t length;
    uint8_t *data;
} Segment;

uint16_t get16(const uint8_t *at);
uint32_t get32(const uint8_t *at);
void put16(uint8_t *at, uint32_t value);
void put32(uint8_t *at, uint32_t value);

/** The Internet checksum of bytes, beginning with `sum`. RFC 1071. */
uint16_t checksum(const uint8_t *bytes, uint32_t length, uint32_t sum);

/** Makes the lengths and checksums right that a frame seems to have. */
void mend(uint8_t *frame, uint32_t length);

/** The TCP segment in a frame; false: there is none that is whole. */
bool read_segment(uint8_t *frame, uint32_t length, Segment *segment);

/** What is wrong with a frame that a host sends from this MAC and address; NULL: nothing. */
const char *wrong_in(const uint8_t *frame, uint32_t length, const uint8_t *mac, uint32_t address);

/** A frame in words. */
void describe(char *text, uint32_t size, const uint8_t *frame, uint32_t length);

#endif
