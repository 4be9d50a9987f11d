/*
 * A module as it is uploaded: 64 bytes that tell what a firmware has to know of it (host/boards/image.ts writes them), and then what
 * the engine loads. Numbers are little-endian.
 */
#ifndef FIRMSHAKE_IMAGE_H
#define FIRMSHAKE_IMAGE_H

#include <stdint.h>

#include "core.h"

#define IMAGE_MAGIC "FSKM"

struct image_header {
    char magic[4];
    uint32_t header_bytes;
    uint32_t abi;
    /* Of what follows the header. */
    uint32_t length;
    uint32_t memory_bytes;
    uint32_t rx_ring;
    uint32_t tx_ring;
    uint32_t rings_at;
    uint32_t rings_bytes;
    uint32_t reserved;
    /* Ends with a zero. */
    char profile[24];
};
_Static_assert(sizeof(struct image_header) == 64, "the module behind it stays aligned");

/*
 * Is this an image that a firmware can run, as far as that can be told without running it? `like` is a module that it does run: the
 * engine, its format's version and the CPU have to be the same. NULL, or one line that says what is wrong.
 */
const char *image_check(const uint8_t *bytes, uint32_t length, const struct core_module *like, uint32_t memory_bytes);

/* After `image_check`: the module in it, which stays where it is. */
struct core_module image_module(const uint8_t *bytes);

#endif
