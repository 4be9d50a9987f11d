/* The network interface: virtio-net (virtio 1.2 §5.1) with one queue each way, and nothing offloaded. */
#include <string.h>

#include "../chip.h"
#include "virtio.h"

/* §5.1.2: queues. §5.1.3: features. §5.1.4: the address is where the configuration begins, §4.2.2. */
enum { RECEIVE_QUEUE = 0, TRANSMIT_QUEUE = 1, FEATURE_MAC = 1 << 5, CONFIGURATION = 0x100 };

/* Few: a chip has little RAM, and TCP sends again what is lost. */
enum { RECEIVE_BUFFERS = RV32_RECEIVE_BUFFERS, TRANSMIT_BUFFERS = RV32_TRANSMIT_BUFFERS };

/* §5.1.6: virtio_net_hdr with num_buffers. All zeros: no offload, no segmentation. */
enum { HEADER_BYTES = 12, FRAME_BYTES = 1514, MAC_BYTES = 6 };

/* The core's frames lie 2 bytes behind a word, so that IP headers are aligned. So do these: then they are copied by words. */
enum { PADDING_BYTES = 2 };
struct buffer {
    uint8_t padding[PADDING_BYTES];
    uint8_t header[HEADER_BYTES];
    uint8_t frame[FRAME_BYTES];
} __attribute__((aligned(4)));

/* Locally administered: where the device has none of its own. */
static const uint8_t OWN_MAC[MAC_BYTES] = {0x02, 0x46, 0x53, 0x00, 0x00, 0x52};

static struct {
    bool is_started;
    /* There was no room to send: `board_wait` is to return when there is. */
    bool is_full;
    uint8_t mac[MAC_BYTES];
    struct virtio_device device;
    struct virtio_queue receive;
    struct virtio_queue transmit;
    struct buffer receive_buffers[RECEIVE_BUFFERS];
    struct buffer transmit_buffers[TRANSMIT_BUFFERS];
    struct net_figures figures;
} net;

static void interrupt(void) {
    net.figures.interrupts++;
    virtio_acknowledge(&net.device);
}

static void read_mac(void) {
    for (uint32_t i = 0; i < MAC_BYTES; i++) net.mac[i] = ((volatile uint8_t *)net.device.base)[CONFIGURATION + i];
}

/* NULL, or why the device is of no use. */
static const char *open_device(void) {
    if (!virtio_find(&net.device, VIRTIO_NETWORK)) return "net: no network device: QEMU needs -device virtio-net-device";
    bool has_mac = virtio_begin(&net.device, FEATURE_MAC);
    if (!has_mac && !virtio_begin(&net.device, 0)) return "net: the device wants other features";
    if (has_mac) read_mac();
    else memcpy(net.mac, OWN_MAC, MAC_BYTES);
    if (!virtio_queue_start(&net.receive, &net.device, RECEIVE_QUEUE, RECEIVE_BUFFERS)) return "net: no receive queue";
    if (!virtio_queue_start(&net.transmit, &net.device, TRANSMIT_QUEUE, TRANSMIT_BUFFERS)) return "net: no transmit queue";
    return 0;
}

static void start(void) {
    const char *wrong = open_device();
    if (wrong != 0) {
        board_log(wrong);
        board_halt();
    }
    net.is_started = true;
    interrupt_connect(net.device.interrupt, interrupt);
    for (uint16_t id = 0; id < (uint16_t)RECEIVE_BUFFERS; id++) {
        virtio_buffer(&net.receive, id, net.receive_buffers[id].header, HEADER_BYTES + FRAME_BYTES, true);
        virtio_offer(&net.receive, id);
    }
    virtio_ready(&net.device);
    virtio_tell(&net.receive);
}

/* At the first use: firmware that needs no network runs without a device. */
static inline void need_device(void) {
    if (!net.is_started) start();
}

void board_mac(uint8_t mac[6]) {
    need_device();
    memcpy(mac, net.mac, MAC_BYTES);
}

static void give_back(uint16_t id) {
    virtio_offer(&net.receive, id);
    virtio_tell(&net.receive);
}

uint32_t board_receive(void *buffer, uint32_t capacity) {
    uint16_t id;
    uint32_t length;
    need_device();
    while (virtio_has_used(&net.receive)) {
        if ((uint16_t)(net.receive.used.index - net.receive.taken) == RECEIVE_BUFFERS) net.figures.receive_full++;
        virtio_take(&net.receive, &id, &length);
        bool is_right = length > HEADER_BYTES && length <= HEADER_BYTES + FRAME_BYTES;
        if (!is_right) {
            net.figures.receive_refused++;
            give_back(id);
            continue;
        }
        length -= HEADER_BYTES;
        memcpy(buffer, net.receive_buffers[id].frame, length < capacity ? length : capacity);
        give_back(id);
        net.figures.received++;
        return length;
    }
    return 0;
}

static void take_back_sent(void) {
    uint16_t id;
    uint32_t length;
    bool is_sent;
    do is_sent = virtio_take(&net.transmit, &id, &length);
    while (is_sent);
}

static bool has_room(void) {
    take_back_sent();
    return net.transmit.offered != (1 << TRANSMIT_BUFFERS) - 1;
}

static void expect_room(bool is_full) {
    net.is_full = is_full;
    virtio_interrupts(&net.transmit, is_full);
}

bool board_can_send(void) {
    need_device();
    if (has_room()) return true;
    if (!net.is_full) net.figures.transmit_full++;
    expect_room(true);
    /* A last look, for what was sent before the device was told to say so. */
    return has_room();
}

void board_send(const void *frame, uint32_t length) {
    uint16_t id = 0;
    while (id < TRANSMIT_BUFFERS && (net.transmit.offered >> id & 1) != 0) id++;
    if (!net.is_started || id == TRANSMIT_BUFFERS || length > FRAME_BYTES) {
        net.figures.transmit_refused++;
        return;
    }
    memcpy(net.transmit_buffers[id].frame, frame, length);
    virtio_buffer(&net.transmit, id, net.transmit_buffers[id].header, HEADER_BYTES + length, false);
    virtio_offer(&net.transmit, id);
    virtio_tell(&net.transmit);
    net.figures.sent++;
}

bool net_is_ready(void) {
    if (!net.is_started) return false;
    virtio_interrupts(&net.receive, true);
    return virtio_has_used(&net.receive) || (net.is_full && virtio_has_used(&net.transmit));
}

/* Awake, the loop looks by itself: under load frames cost no interrupts. That there is room again is told once. */
void net_awake(void) {
    if (!net.is_started) return;
    virtio_interrupts(&net.receive, false);
    if (net.is_full && virtio_has_used(&net.transmit)) expect_room(false);
}

void net_figures(struct bare_figures *figures) {
    figures->net = net.figures;
}
