/* The network interface: a TAP device, one frame a read and a write. Documentation/networking/tuntap.rst. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <unistd.h>

#include "board.h"
#include "linux.h"

static int device = -1;
static uint8_t own_mac[6];

static int failed(const char *what, const char *name) {
    char line[160];
    snprintf(line, sizeof(line), "firmshake: %s%s%s: %s", what, name[0] == 0 ? "" : " ", name, strerror(errno));
    board_log(line);
    return -1;
}

int link_open_tap(const char *name) {
    struct ifreq request;
    int descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return failed("cannot open", "/dev/net/tun");
    memset(&request, 0, sizeof(request));
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    if (ioctl(descriptor, TUNSETIFF, &request) < 0) {
        failed("cannot open the TAP device", name);
        close(descriptor);
        return -1;
    }
    return link_use(descriptor);
}

int link_use(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return failed("cannot use the descriptor", "");
    device = descriptor;
    return 0;
}

int link_descriptor(void) {
    return device;
}

void identity_use_mac(const uint8_t mac[6]) {
    memcpy(own_mac, mac, sizeof(own_mac));
}

/* Locally administered, and not a group; the same until this program ends. */
void board_mac(uint8_t mac[6]) {
    static const uint8_t none[6];
    if (memcmp(own_mac, none, sizeof(none)) == 0) {
        board_entropy(own_mac, sizeof(own_mac));
        own_mac[0] = 2;
    }
    memcpy(mac, own_mac, sizeof(own_mac));
}

uint32_t board_receive(void *buffer, uint32_t capacity) {
    uint8_t rest[64];
    struct iovec parts[] = {{buffer, capacity}, {rest, sizeof(rest)}};
    ssize_t length;
    do length = readv(device, parts, 2);
    while (length < 0 && errno == EINTR);
    if (length > 0) return (uint32_t)length;
    if (length < 0 && errno == EAGAIN) return 0;
    /* No frame is empty: so ends a file, and what is not a network interface. */
    if (length == 0) errno = ENODEV;
    failed("the network interface is gone", "");
    board_halt();
}

bool board_can_send(void) {
    return true;
}

/* A queue that is full drops, as networks do. */
void board_send(const void *frame, uint32_t length) {
    ssize_t written;
    do written = write(device, frame, length);
    while (written < 0 && errno == EINTR);
}

bool board_entropy(void *bytes, uint32_t length) {
    return getrandom(bytes, length, 0) == (ssize_t)length;
}
