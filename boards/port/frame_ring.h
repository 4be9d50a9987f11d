/*
 * Frames on their way from a driver to the loop: one task or interrupt puts, another takes, neither waits and nothing is allocated.
 * Frames lie one behind the other, each as long as it is and 4 bytes more, in memory that the board gives. One that finds no room is
 * dropped and counted: TCP sends it again.
 */
#ifndef FIRMSHAKE_FRAME_RING_H
#define FIRMSHAKE_FRAME_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The longest frame without its check sequence, and that: some drivers leave it on. */
enum { FRAME_MOST_BYTES = 1514, FRAME_CHECK_BYTES = 4 };

struct frame_ring {
    uint8_t *bytes;
    /* A power of two. */
    uint32_t capacity;
    /* How much was ever put and taken, in bytes of this ring, modulo 2^32. The one is the writer's, the other the reader's. */
    _Atomic uint32_t put;
    _Atomic uint32_t taken;
    /* The writer's figures. Frames that came; of those, frames that found no room, and that were empty or longer than frames are. */
    _Atomic uint32_t frames;
    _Atomic uint32_t full;
    _Atomic uint32_t refused;
    /* The most bytes that ever waited. */
    _Atomic uint32_t high_water;
};

/* `capacity` is a power of two and has room for the longest frame at least; `bytes` are 4-byte aligned. */
void frame_ring_begin(struct frame_ring *ring, uint8_t *bytes, uint32_t capacity);

/* The writer's. False: it is dropped, and counted. Bytes beyond the longest frame are its check sequence, and left off. */
bool frame_ring_put(struct frame_ring *ring, const void *frame, uint32_t length);

/* The reader's: copies the oldest frame and lets go of it. Gives its length, also when only `capacity` bytes fit; 0: there is none. */
uint32_t frame_ring_take(struct frame_ring *ring, void *buffer, uint32_t capacity);

/* Either's. */
bool frame_ring_is_empty(const struct frame_ring *ring);

#endif
