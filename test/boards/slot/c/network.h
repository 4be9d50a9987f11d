/* The calls of firmshake.h over peers that a test plays, and the time that passes when the test says so. */
#ifndef TEST_NETWORK_H
#define TEST_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

enum { NETWORK_PEERS = 8, PEER_BYTES = 40000 };

struct peer {
    int handle;
    bool is_accepted;
    /* What it has sent, and how much of that was read. */
    uint8_t sent[PEER_BYTES];
    uint32_t sent_length;
    uint32_t read_length;
    bool has_fin;
    /* What it got, and whether all of that is acknowledged. */
    char got[4096];
    uint32_t got_length;
    bool is_deaf;
    /* The board's end: it has sent its FIN, let go, or reset. */
    bool is_shut;
    bool is_closed;
    bool is_reset;
    int failure;
};

struct network {
    bool is_listening;
    int listener;
    uint16_t port;
    uint32_t now;
    uint32_t alarm;
    bool has_alarm;
    /* Bytes that a write takes at most. */
    uint32_t room;
    struct peer peers[NETWORK_PEERS];
    uint32_t count;
};
extern struct network network;

void network_reset(void);

/* Each tells the board of what has happened, as the loop does. */
struct peer *network_connect(void);
void network_send(struct peer *peer, const void *bytes, uint32_t length);
void network_fin(struct peer *peer);
void network_lose(struct peer *peer);
/* It acknowledges what it has got, from now on. */
void network_hear(struct peer *peer);

/* Time passes, and the alarm rings at its time. */
void network_pass(uint32_t ms);

#endif
