#include "network.h"

#include <string.h>

#include "board.h"
#include "firmshake.h"
#include "upload.h"

struct network network;
static int error;

enum { LISTENER = 1000 };

void network_reset(void) {
    memset(&network, 0, sizeof(network));
    network.now = UINT32_MAX - 3000;
    network.room = UINT32_MAX;
}

static struct peer *peer_of(int handle) {
    for (uint32_t i = 0; i < network.count; i++) {
        struct peer *peer = &network.peers[i];
        if (peer->handle == handle && peer->is_accepted && !peer->is_closed && !peer->is_reset) return peer;
    }
    return NULL;
}

static int fail_with(int number) {
    error = number;
    return -1;
}

static void tell(struct peer *peer, uint32_t kinds) {
    if (peer->is_accepted && !peer->is_closed && !peer->is_reset) upload_told(peer->handle, kinds);
}

struct peer *network_connect(void) {
    struct peer *peer = &network.peers[network.count];
    memset(peer, 0, sizeof(*peer));
    peer->handle = (int)++network.count;
    if (network.is_listening) upload_told(LISTENER, FSK_EVENT_ACCEPTABLE);
    return peer;
}

void network_send(struct peer *peer, const void *bytes, uint32_t length) {
    memcpy(peer->sent + peer->sent_length, bytes, length);
    peer->sent_length += length;
    tell(peer, FSK_EVENT_READABLE);
}

void network_fin(struct peer *peer) {
    peer->has_fin = true;
    tell(peer, FSK_EVENT_PEER_CLOSED);
}

void network_lose(struct peer *peer) {
    peer->failure = FSK_ECONNRESET;
    tell(peer, FSK_EVENT_FAILED);
}

void network_hear(struct peer *peer) {
    peer->is_deaf = false;
    if (peer->has_fin && peer->is_shut) tell(peer, FSK_EVENT_CLOSED);
}

void network_pass(uint32_t ms) {
    uint32_t end = network.now + ms;
    while (network.has_alarm && (int32_t)(network.alarm - end) <= 0) {
        if ((int32_t)(network.alarm - network.now) > 0) network.now = network.alarm;
        network.has_alarm = false;
        upload_told(0, FSK_EVENT_TIME);
    }
    network.now = end;
}

uint32_t board_now(void) {
    return network.now;
}

void fsk_tell_in(uint32_t delay_ms) {
    network.alarm = network.now + delay_ms;
    network.has_alarm = true;
}

int fsk_error(void) {
    return error;
}

int fsk_listen(uint16_t port, int backlog) {
    (void)backlog;
    network.is_listening = true;
    network.port = port;
    network.listener = LISTENER;
    return LISTENER;
}

int fsk_accept(int listener) {
    if (listener != LISTENER) return fail_with(FSK_EBADF);
    for (uint32_t i = 0; i < network.count; i++) {
        struct peer *peer = &network.peers[i];
        if (peer->is_accepted || peer->is_reset) continue;
        peer->is_accepted = true;
        return peer->handle;
    }
    return fail_with(FSK_EAGAIN);
}

int32_t fsk_read_region(int handle, const void **at) {
    struct peer *peer = peer_of(handle);
    if (peer == NULL) return fail_with(FSK_EBADF);
    *at = peer->sent + peer->read_length;
    uint32_t length = peer->sent_length - peer->read_length;
    if (length > 0) return (int32_t)(length < 1000 ? length : 1000);
    if (peer->failure != 0) return fail_with(peer->failure);
    return peer->has_fin ? 0 : fail_with(FSK_EAGAIN);
}

int fsk_consume(int handle, uint32_t length) {
    struct peer *peer = peer_of(handle);
    if (peer == NULL) return fail_with(FSK_EBADF);
    peer->read_length += length;
    return (int)length;
}

int32_t fsk_write(int handle, const void *bytes, uint32_t length) {
    struct peer *peer = peer_of(handle);
    if (peer == NULL || peer->is_shut) return fail_with(peer == NULL ? FSK_EBADF : FSK_EPIPE);
    if (network.room == 0) return fail_with(FSK_EAGAIN);
    uint32_t part = length < network.room ? length : network.room;
    if (network.room != UINT32_MAX) network.room -= part;
    memcpy(peer->got + peer->got_length, bytes, part);
    peer->got_length += part;
    return (int32_t)part;
}

int fsk_shutdown(int handle) {
    struct peer *peer = peer_of(handle);
    if (peer == NULL) return fail_with(FSK_EBADF);
    peer->is_shut = true;
    return 0;
}

int fsk_close(int handle) {
    struct peer *peer = peer_of(handle);
    if (peer == NULL) return fail_with(FSK_EBADF);
    peer->is_closed = true;
    return 0;
}

int fsk_abort(int handle) {
    struct peer *peer = peer_of(handle);
    if (peer == NULL) return fail_with(FSK_EBADF);
    peer->is_reset = true;
    return 0;
}

int fsk_failure(int handle) {
    struct peer *peer = peer_of(handle);
    return peer == NULL ? FSK_EBADF : peer->failure;
}

int fsk_state(int handle) {
    struct peer *peer = peer_of(handle);
    if (peer == NULL) return fail_with(FSK_EBADF);
    if (peer->failure != 0) return FSK_STATE_CLOSED;
    if (!peer->is_shut) return peer->has_fin ? FSK_STATE_CLOSE_WAIT : FSK_STATE_ESTABLISHED;
    if (peer->is_deaf) return peer->has_fin ? FSK_STATE_LAST_ACK : FSK_STATE_FIN_WAIT_1;
    return peer->has_fin ? FSK_STATE_TIME_WAIT : FSK_STATE_FIN_WAIT_2;
}
