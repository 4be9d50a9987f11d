/*
 * What virtio devices share (virtio 1.2): how one is found and set up, and queues that buffers are offered to and taken from.
 * Each buffer is one descriptor, and its number is the descriptor's.
 */
#ifndef RV32_VIRTIO_H
#define RV32_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

/* §5: device types. */
enum { VIRTIO_NETWORK = 1, VIRTIO_ENTROPY = 4 };

/* More buffers than this no queue of ours has. A power of two: §2.7. */
enum { VIRTIO_QUEUE_MOST = 8 };

struct virtio_device {
    uintptr_t base;
    uint32_t interrupt;
};

/* §2.7.5: the descriptor table. */
struct virtio_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};

/* §2.7.6: what the driver offers. §2.7.8: what the device has used. */
struct virtio_available {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[VIRTIO_QUEUE_MOST];
};
struct virtio_used {
    uint16_t flags;
    uint16_t index;
    struct {
        uint32_t id;
        uint32_t length;
    } ring[VIRTIO_QUEUE_MOST];
};

struct virtio_queue {
    struct virtio_descriptor descriptors[VIRTIO_QUEUE_MOST] __attribute__((aligned(16)));
    volatile struct virtio_available available __attribute__((aligned(2)));
    volatile struct virtio_used used __attribute__((aligned(4)));
    const struct virtio_device *device;
    uint16_t number;
    uint16_t size;
    /* Index of what was used last and is taken already. */
    uint16_t taken;
    /* A bit for each buffer that the device has. */
    uint16_t offered;
};

/* Finds the first device of a type; false: there is none. */
bool virtio_find(struct virtio_device *device, uint32_t type);

/* §3.1.1 up to step 6: false where the device does not offer `features` (bits 0 to 31), or is older than virtio 1.0. */
bool virtio_begin(const struct virtio_device *device, uint32_t features);

/* Step 7: a queue with `size` buffers, none offered, without interrupts. */
bool virtio_queue_start(struct virtio_queue *queue, const struct virtio_device *device, uint16_t number, uint16_t size);

/* Step 8: from now on the device works. */
void virtio_ready(const struct virtio_device *device);

/* Buffer `id` for the device to read, or to write to. */
void virtio_buffer(struct virtio_queue *queue, uint16_t id, const void *bytes, uint32_t length, bool is_for_writing);

/* Gives a buffer to the device; it looks when it is told to, or before. */
void virtio_offer(struct virtio_queue *queue, uint16_t id);
void virtio_tell(const struct virtio_queue *queue);

/* Has the device used a buffer? */
bool virtio_has_used(const struct virtio_queue *queue);

/* Takes back the buffer that was used first, and how many bytes the device wrote: not checked. False: none. */
bool virtio_take(struct virtio_queue *queue, uint16_t *id, uint32_t *length);

/* Whether the next used buffer raises an interrupt. To be called before a last look at what is used. */
void virtio_interrupts(struct virtio_queue *queue, bool are_wanted);

/* To be called by the handler of the device's interrupt: then it ends. */
void virtio_acknowledge(const struct virtio_device *device);

#endif
