/* Random bytes from the host: virtio-rng (virtio 1.2 §5.4). */
#include <string.h>

#include "../chip.h"
#include "virtio.h"

enum { REQUEST_QUEUE = 0, REQUEST_BYTES = 32 };

/* Less than the watchdog's time: nobody else feeds it meanwhile. */
enum { PATIENCE_MS = 1000, PATIENCE_TICKS = PATIENCE_MS * CHIP_TICKS_PER_MS };

static struct {
    bool is_open;
    /* It did not answer in time, and may still write to the buffer: it is not asked again. */
    bool is_lost;
    struct virtio_device device;
    struct virtio_queue queue;
    uint8_t bytes[REQUEST_BYTES];
} entropy;

static bool open_device(void) {
    if (entropy.is_open) return true;
    if (!virtio_find(&entropy.device, VIRTIO_ENTROPY) || !virtio_begin(&entropy.device, 0)) return false;
    if (!virtio_queue_start(&entropy.queue, &entropy.device, REQUEST_QUEUE, 1)) return false;
    virtio_ready(&entropy.device);
    entropy.is_open = true;
    return true;
}

/* How many bytes came: 0, it took too long. */
static uint32_t request(uint32_t wanted, uint32_t since) {
    uint16_t id;
    uint32_t length;
    virtio_buffer(&entropy.queue, 0, entropy.bytes, wanted, true);
    virtio_offer(&entropy.queue, 0);
    virtio_tell(&entropy.queue);
    while (!virtio_take(&entropy.queue, &id, &length)) {
        if (clock_ticks() - since > PATIENCE_TICKS) return 0;
    }
    return length <= wanted ? length : 0;
}

bool board_entropy(void *bytes, uint32_t length) {
    uint8_t *to = bytes;
    uint32_t since = clock_ticks();
    if (entropy.is_lost || !open_device()) return false;
    while (length > 0) {
        uint32_t got = request(length < REQUEST_BYTES ? length : REQUEST_BYTES, since);
        entropy.is_lost = got == 0;
        if (got == 0) return false;
        memcpy(to, entropy.bytes, got);
        /* A key is to be in one place only. The device has the address, so this is not optimised away. */
        memset(entropy.bytes, 0, REQUEST_BYTES);
        memory_fence();
        to += got;
        length -= got;
    }
    return true;
}
