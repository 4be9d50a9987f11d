/**
 * The LAN around the core: hosts that know what the core has sent them, so that a byte of input can say "answer with
 * what it expects, and one more". What is sent into the core is its sequence number, what the app writes its place in the
 * stream: so what arrives can be checked.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "frame.h"
#include <stdbool.h>
#include <stdint.h>

enum { PEERS = 16 };

/** One end of a connection, or of what may become one. */
typedef struct {
    uint32_t address;
    uint16_t port;
    uint16_t core_port;
    /** What the core expects from it next, as it last said; and up to where it would take more. */
    uint32_t expected;
    uint32_t edge;
    /** One more than the last that the core sent. */
    uint32_t sent;
    uint32_t core_begins;
    bool has_core_begun;
    /** The core has begun more than once, and who knows which stands. */
    bool is_doubtful;
    /** It has sent what lies beyond what it says later: its windows are then out of order for good. RFC 9293 §3.10.7.4. */
    bool has_lied;
    /** It has sent a SYN, and the core's own was not seen since. */
    bool is_asked;
    /** Bytes that the core sent and nobody acknowledged: a peer can ask for them. */
    uint16_t last_length;
} Peer;

typedef struct {
    Peer peers[PEERS];
    uint32_t count;
    /** The frame that the core sent last. */
    uint8_t last[1514];
    uint32_t last_length;
    /** Whatever arrived raw may have said anything. */
    bool is_checked;
} World;

extern World world;

extern const uint8_t CORE_MAC[6];
extern const uint32_t CORE_ADDRESS;

void world_clear(void);
/** Hosts on the link, one behind the router, the router. */
uint32_t world_address(uint32_t which);
/** The peer of this number, of those there are; NULL: none is. */
Peer *world_peer(uint32_t which);
/** The peer with these; NULL: the core has never spoken to it. */
Peer *world_find(uint32_t address, uint32_t port, uint32_t core_port);
/** Finds or makes it. */
Peer *world_know(uint32_t address, uint32_t port, uint32_t core_port);
/** Fills the core's boot record. */
void world_boot_record(void);

/** Fetches one frame; false: there was none. */
bool world_fetch(void);
/** Fetches what there is, which must come to an end. Gives how many frames it was. */
uint32_t world_drain(void);

/** A frame arrives. */
int32_t world_deliver(uint8_t *frame, uint32_t length);
/** A segment from a peer, with `length` bytes of data and options as they lie. */
int32_t world_segment(const Peer *peer, uint32_t flags, uint32_t sequence, uint32_t acknowledgment, uint32_t window,
                      const uint8_t *options, uint32_t options_length, uint32_t length);
/** A segment with these bytes, in order, that takes all that the core sent. */
int32_t world_say(const Peer *peer, uint32_t flags, const uint8_t *words, uint32_t length);
void world_arp(uint32_t operation, uint32_t sender, uint32_t target);
/** Answers the ARP request that the core sent last, if that was one. */
void world_answer_arp(void);
/** ICMP: an unreachable that quotes what the core sent last, its sequence number changed. */
void world_unreachable(uint32_t from, uint32_t code, uint32_t delta);
void world_echo(uint32_t from, uint32_t length);
/** A connection of a peer with the core's port: SYN, SYN-ACK, ACK. */
Peer *world_shake_hands(uint32_t address, uint32_t port, uint32_t core_port);

#endif
