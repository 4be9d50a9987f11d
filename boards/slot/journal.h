/*
 * What has become of the slot, as records in two sectors of flash. The newest whole one tells all; nothing before it matters. A record
 * is appended and never changed. When a sector is full, the other one is erased and gets the next: the newest record is never in what
 * is being erased, and one that is cut off by a loss of power is no record, since its checksum is wrong.
 */
#ifndef FIRMSHAKE_JOURNAL_H
#define FIRMSHAKE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "board_slot.h"
#include "digest.h"

enum { JOURNAL_BYTES = 2 * BOARD_SECTOR_BYTES, FIRMWARE_BYTES = 16 };

enum slot_state {
    SLOT_EMPTY = 0,
    SLOT_WRITING = 1,
    SLOT_UPLOADED = 2,
    SLOT_TRYING = 3,
    SLOT_CONFIRMED = 4,
    SLOT_ROLLED_BACK = 5,
};

/* An image in one of the regions, or the module that is built into the firmware. */
enum { REGIONS = 2, REGION_BUILT_IN = 2 };
struct slot_image {
    uint32_t region;
    uint32_t length;
    uint8_t digest[DIGEST_BYTES];
};

/* As it lies in flash. */
struct slot_record {
    uint32_t magic;
    uint32_t sequence;
    /* enum slot_state. */
    uint32_t state;
    uint32_t reserved;
    /* What the state is about. */
    struct slot_image candidate;
    /* What runs when that does not. */
    struct slot_image settled;
    /* Of the module that is built in: a slot that was filled under another firmware is no longer asked. */
    uint8_t firmware[FIRMWARE_BYTES];
    uint8_t checksum[16];
};
_Static_assert(sizeof(struct slot_record) == 128, "records fill a sector");

/* The newest record. False: there is none. */
bool journal_newest(struct slot_record *record);

/* Appends it, one above the newest in sequence: says which. False: it did not come to be, and the newest stands. */
bool journal_append(struct slot_record *record);

#endif
