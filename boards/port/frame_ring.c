#include "frame_ring.h"

#include <string.h>

enum { HEADER_BYTES = 4 };

void frame_ring_begin(struct frame_ring *ring, uint8_t *bytes, uint32_t capacity) {
    memset(ring, 0, sizeof(*ring));
    ring->bytes = bytes;
    ring->capacity = capacity;
}

/* A side's own number: nobody else writes it. */
static uint32_t own(const _Atomic uint32_t *number) {
    return atomic_load_explicit(number, memory_order_relaxed);
}

static void add(_Atomic uint32_t *number, uint32_t more) {
    atomic_store_explicit(number, own(number) + more, memory_order_relaxed);
}

/* With its length before it, and up to the next word. */
static uint32_t room_for(uint32_t length) {
    return HEADER_BYTES + ((length + 3) & ~3u);
}

/* Bytes at a place of the ring; what goes beyond its end goes on at its beginning. */
static void copy_in(struct frame_ring *ring, uint32_t place, const void *bytes, uint32_t length) {
    uint32_t at = place & (ring->capacity - 1);
    uint32_t first = length < ring->capacity - at ? length : ring->capacity - at;
    memcpy(ring->bytes + at, bytes, first);
    memcpy(ring->bytes, (const uint8_t *)bytes + first, length - first);
}

static void copy_out(const struct frame_ring *ring, uint32_t place, void *bytes, uint32_t length) {
    uint32_t at = place & (ring->capacity - 1);
    uint32_t first = length < ring->capacity - at ? length : ring->capacity - at;
    memcpy(bytes, ring->bytes + at, first);
    memcpy((uint8_t *)bytes + first, ring->bytes, length - first);
}

bool frame_ring_put(struct frame_ring *ring, const void *frame, uint32_t length) {
    add(&ring->frames, 1);
    if (length == 0 || length > FRAME_MOST_BYTES + FRAME_CHECK_BYTES) {
        add(&ring->refused, 1);
        return false;
    }
    if (length > FRAME_MOST_BYTES) length = FRAME_MOST_BYTES;
    uint32_t put = own(&ring->put);
    /* The reader is done with what it has taken before its room is used again. */
    uint32_t waiting = put - atomic_load_explicit(&ring->taken, memory_order_acquire);
    if (room_for(length) > ring->capacity - waiting) {
        add(&ring->full, 1);
        return false;
    }
    copy_in(ring, put, &length, HEADER_BYTES);
    copy_in(ring, put + HEADER_BYTES, frame, length);
    waiting += room_for(length);
    if (waiting > own(&ring->high_water)) atomic_store_explicit(&ring->high_water, waiting, memory_order_relaxed);
    /* The frame is there before the reader is told of it. */
    atomic_store_explicit(&ring->put, put + room_for(length), memory_order_release);
    return true;
}

uint32_t frame_ring_take(struct frame_ring *ring, void *buffer, uint32_t capacity) {
    uint32_t taken = own(&ring->taken);
    if (atomic_load_explicit(&ring->put, memory_order_acquire) == taken) return 0;
    uint32_t length;
    copy_out(ring, taken, &length, HEADER_BYTES);
    copy_out(ring, taken + HEADER_BYTES, buffer, length < capacity ? length : capacity);
    atomic_store_explicit(&ring->taken, taken + room_for(length), memory_order_release);
    return length;
}

bool frame_ring_is_empty(const struct frame_ring *ring) {
    return atomic_load_explicit(&ring->put, memory_order_acquire) == atomic_load_explicit(&ring->taken, memory_order_acquire);
}
