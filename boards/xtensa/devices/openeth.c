/*
 * The network interface: OpenCores' Ethernet MAC ("Ethernet IP Core Specification", rev. 1.19), the one that ESP32's emulators have,
 * too. Its registers and descriptors are its own; buffers are ours, in RAM.
 */
#include <string.h>

#include "../chip.h"

/* §3: registers, by their number; and the descriptors behind them. */
enum reg { MODER = 0, INT_SOURCE = 1, INT_MASK = 2, PACKETLEN = 6, TX_BD_NUM = 8, MAC_ADDR0 = 16, MAC_ADDR1 = 17 };
#define REGISTERS ((volatile uint32_t *)0xfd030000u)
#define DESCRIPTORS ((volatile struct descriptor *)0xfd030400u)

/* §3.1: pad short frames, append the check sequence, send, receive; broadcasts are taken, since MODER_BRO is not set. */
enum { MODER_PAD = 1 << 15, MODER_CRCEN = 1 << 13, MODER_FULLD = 1 << 10, MODER_RST = 1 << 11, MODER_TXEN = 2, MODER_RXEN = 1 };
/* §3.2, §3.3. */
enum { INT_TXB = 1 << 0, INT_RXB = 1 << 2, INT_RXE = 1 << 3, INT_BUSY = 1 << 4 };
/* §3.7: the shortest frame and the longest, with its check sequence. */
enum { SHORTEST_BYTES = 64, LONGEST_BYTES = 1518, PACKETLEN_VALUE = SHORTEST_BYTES << 16 | LONGEST_BYTES };

/* §4.2.2, §4.2.3: the lower half is flags, the upper the length. */
struct descriptor {
    uint32_t flags;
    uint32_t buffer;
};
enum { LENGTH_SHIFT = 16 };
enum { TX_READY = 1 << 15, TX_INTERRUPT = 1 << 14, TX_WRAP = 1 << 13, TX_PAD = 1 << 12, TX_CRC = 1 << 11 };
enum { RX_EMPTY = 1 << 15, RX_INTERRUPT = 1 << 14, RX_WRAP = 1 << 13 };
/* Overrun, invalid symbol, dribble, too long, too short, check sequence, late collision. */
enum { RX_DAMAGED = 0x7f & ~(1 << 7) };

/* Few: a chip has little RAM, and TCP sends again what is lost. */
enum { RECEIVE_BUFFERS = XTENSA_RECEIVE_BUFFERS, TRANSMIT_BUFFERS = XTENSA_TRANSMIT_BUFFERS };
enum { FRAME_BYTES = 1514, FCS_BYTES = 4, MAC_BYTES = 6 };

/* The core's frames lie 2 bytes behind a word, so that IP headers are aligned. The device wants whole words: copies shift. */
struct buffer {
    uint8_t bytes[(FRAME_BYTES + FCS_BYTES + 3) & ~3];
} __attribute__((aligned(4)));

/* Locally administered: where the command line gives none. */
static const uint8_t OWN_MAC[MAC_BYTES] = {0x02, 0x46, 0x53, 0x00, 0x00, 0x58};

static struct {
    bool is_started;
    /* There was no room to send: `board_wait` is to return when there is. */
    bool is_full;
    /* The next descriptor of each ring. */
    uint32_t receive;
    uint32_t transmit;
    uint8_t mac[MAC_BYTES];
    struct buffer receive_buffers[RECEIVE_BUFFERS];
    struct buffer transmit_buffers[TRANSMIT_BUFFERS];
    struct net_figures figures;
} net;

/* Physical: the device does not know of the MMU. */
static uint32_t physical(const void *address) {
    extern char kernel[];
    return (uintptr_t)address - (uintptr_t)kernel;
}

/* Those for sending come first. */
static volatile struct descriptor *receive_descriptor(uint32_t index) {
    return DESCRIPTORS + TRANSMIT_BUFFERS + index;
}

/* Told once, then the loop looks by itself. BUSY stays: `count_lost` asks for it. */
void net_interrupt(void) {
    net.figures.interrupts++;
    REGISTERS[INT_MASK] = 0;
    REGISTERS[INT_SOURCE] = INT_TXB | INT_RXB | INT_RXE;
}

/* The device says that frames found no buffer, not how many. */
static void count_lost(void) {
    if ((REGISTERS[INT_SOURCE] & INT_BUSY) == 0) return;
    net.figures.receive_full++;
    REGISTERS[INT_SOURCE] = INT_BUSY;
}

static bool parse_mac(const char *text, uint8_t mac[MAC_BYTES]) {
    for (uint32_t i = 0; i < MAC_BYTES; i++, text += 3) {
        uint32_t byte = 0;
        for (uint32_t digit = 0; digit < 2; digit++) {
            const char *found = text[digit] == 0 ? 0 : strchr("0123456789abcdef", text[digit]);
            if (found == 0) return false;
            byte = byte << 4 | (uint32_t)(found - "0123456789abcdef");
        }
        if (text[2] != (i == MAC_BYTES - 1 ? 0 : ':')) return false;
        mac[i] = (uint8_t)byte;
    }
    return true;
}

static void read_mac(void) {
    enum { TEXT_BYTES = 18 };
    char text[TEXT_BYTES];
    memcpy(net.mac, OWN_MAC, MAC_BYTES);
    if (!bare_setting("mac", text, sizeof(text)) || parse_mac(text, net.mac)) return;
    board_log("net: mac= wants six bytes, as in 02:46:53:00:00:58");
    board_halt();
}

static void offer(uint32_t index) {
    receive_descriptor(index)->flags = RX_EMPTY | RX_INTERRUPT | (index == RECEIVE_BUFFERS - 1 ? RX_WRAP : 0);
}

static void start(void) {
    read_mac();
    REGISTERS[MODER] = MODER_RST;
    REGISTERS[MODER] = 0;
    REGISTERS[INT_MASK] = 0;
    REGISTERS[PACKETLEN] = PACKETLEN_VALUE;
    /* Where nothing is, nothing is kept. */
    if (REGISTERS[PACKETLEN] != PACKETLEN_VALUE) {
        board_log("net: no network device: QEMU needs -net nic,model=open_eth");
        board_halt();
    }
    REGISTERS[TX_BD_NUM] = TRANSMIT_BUFFERS;
    const uint8_t *mac = net.mac;
    REGISTERS[MAC_ADDR1] = (uint32_t)mac[0] << 8 | mac[1];
    REGISTERS[MAC_ADDR0] = (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
    for (uint32_t i = 0; i < RECEIVE_BUFFERS; i++) {
        receive_descriptor(i)->buffer = physical(net.receive_buffers[i].bytes);
        offer(i);
    }
    for (uint32_t i = 0; i < TRANSMIT_BUFFERS; i++) {
        DESCRIPTORS[i].flags = 0;
        DESCRIPTORS[i].buffer = physical(net.transmit_buffers[i].bytes);
    }
    net.is_started = true;
    interrupt_enable(INTERRUPT_NETWORK);
    memory_fence();
    REGISTERS[MODER] = MODER_PAD | MODER_CRCEN | MODER_FULLD | MODER_TXEN | MODER_RXEN;
}

/* At the first use: firmware that needs no network runs without a device. */
static inline void need_device(void) {
    if (!net.is_started) start();
}

void board_mac(uint8_t mac[6]) {
    need_device();
    memcpy(mac, net.mac, MAC_BYTES);
}

static bool has_arrived(void) {
    return (receive_descriptor(net.receive)->flags & RX_EMPTY) == 0;
}

uint32_t board_receive(void *buffer, uint32_t capacity) {
    need_device();
    while (has_arrived()) {
        uint32_t index = net.receive;
        uint32_t flags = receive_descriptor(index)->flags;
        uint32_t length = (flags >> LENGTH_SHIFT) - FCS_BYTES;
        bool is_right = (flags & RX_DAMAGED) == 0 && flags >> LENGTH_SHIFT > FCS_BYTES && length <= FRAME_BYTES;
        memory_fence();
        if (is_right) memcpy(buffer, net.receive_buffers[index].bytes, length < capacity ? length : capacity);
        memory_fence();
        offer(index);
        net.receive = index == RECEIVE_BUFFERS - 1 ? 0 : index + 1;
        if (is_right) {
            net.figures.received++;
            return length;
        }
        net.figures.receive_refused++;
    }
    return 0;
}

static bool has_room(void) {
    return (DESCRIPTORS[net.transmit].flags & TX_READY) == 0;
}

bool board_can_send(void) {
    need_device();
    if (has_room()) return true;
    if (!net.is_full) net.figures.transmit_full++;
    net.is_full = true;
    return has_room();
}

void board_send(const void *frame, uint32_t length) {
    uint32_t index = net.transmit;
    if (!net.is_started || !has_room() || length > FRAME_BYTES) {
        net.figures.transmit_refused++;
        return;
    }
    memcpy(net.transmit_buffers[index].bytes, frame, length);
    memory_fence();
    uint32_t wrap = index == TRANSMIT_BUFFERS - 1 ? TX_WRAP : 0;
    DESCRIPTORS[index].flags = length << LENGTH_SHIFT | TX_READY | TX_INTERRUPT | TX_PAD | TX_CRC | wrap;
    net.transmit = wrap != 0 ? 0 : index + 1;
    net.figures.sent++;
}

/* What was told before the look is forgotten, so that whatever comes after it interrupts. */
bool net_is_ready(void) {
    if (!net.is_started) return false;
    count_lost();
    REGISTERS[INT_SOURCE] = INT_TXB | INT_RXB | INT_RXE;
    REGISTERS[INT_MASK] = INT_RXB | INT_RXE | (net.is_full ? INT_TXB : 0);
    memory_fence();
    return has_arrived() || (net.is_full && has_room());
}

/* Awake, the loop looks by itself: under load frames cost no interrupts. That there is room again is told once. */
void net_awake(void) {
    if (!net.is_started) return;
    REGISTERS[INT_MASK] = 0;
    if (net.is_full && has_room()) net.is_full = false;
}

void net_figures(struct bare_figures *figures) {
    figures->net = net.figures;
}
