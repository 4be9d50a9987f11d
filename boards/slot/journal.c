#include "journal.h"

#include <stddef.h>
#include <string.h>

enum { MAGIC = 0x4a4b5346, RECORD_BYTES = sizeof(struct slot_record), RECORDS = BOARD_SECTOR_BYTES / RECORD_BYTES };

static bool check(const struct slot_record *record, uint8_t digest[DIGEST_BYTES]) {
    return digest_begin() && digest_add(record, offsetof(struct slot_record, checksum)) && digest_end(digest);
}

static bool is_whole(const struct slot_record *record) {
    uint8_t digest[DIGEST_BYTES];
    bool is_one = record->magic == MAGIC && record->state <= SLOT_ROLLED_BACK;
    if (!is_one || record->candidate.region > REGION_BUILT_IN || record->settled.region > REGION_BUILT_IN) return false;
    return check(record, digest) && memcmp(digest, record->checksum, sizeof(record->checksum)) == 0;
}

static bool is_blank(const struct slot_record *record) {
    const uint8_t *bytes = (const uint8_t *)record;
    for (uint32_t i = 0; i < RECORD_BYTES; i++) {
        if (bytes[i] != 0xff) return false;
    }
    return true;
}

/* Gives the sector that the newest is in, or -1. */
static int find(struct slot_record *newest) {
    int found = -1;
    for (uint32_t at = 0; at < JOURNAL_BYTES; at += RECORD_BYTES) {
        struct slot_record record;
        if (!board_flash_read(at, &record, RECORD_BYTES) || !is_whole(&record)) continue;
        if (found >= 0 && record.sequence <= newest->sequence) continue;
        *newest = record;
        found = (int)(at / BOARD_SECTOR_BYTES);
    }
    return found;
}

/* The first entry of a sector behind all that were begun: RECORDS where it is full. */
static uint32_t free_entry(uint32_t sector) {
    uint32_t free = RECORDS;
    while (free > 0) {
        struct slot_record record;
        if (!board_flash_read(sector * BOARD_SECTOR_BYTES + (free - 1) * RECORD_BYTES, &record, RECORD_BYTES)) return RECORDS;
        if (!is_blank(&record)) break;
        free--;
    }
    return free;
}

bool journal_newest(struct slot_record *record) {
    return find(record) >= 0;
}

bool journal_append(struct slot_record *record) {
    struct slot_record newest = {0};
    struct slot_record written;
    uint8_t digest[DIGEST_BYTES];
    int found = find(&newest);
    /* Where there is none nobody knows whether a sector was erased to its end. */
    uint32_t sector = found < 0 ? 1 : (uint32_t)found;
    uint32_t entry = found < 0 ? RECORDS : free_entry(sector);
    if (entry == RECORDS) {
        sector = 1 - sector;
        entry = 0;
        if (!board_flash_erase(sector * BOARD_SECTOR_BYTES)) return false;
    }
    record->magic = MAGIC;
    record->sequence = newest.sequence + 1;
    record->reserved = UINT32_MAX;
    if (!check(record, digest)) return false;
    memcpy(record->checksum, digest, sizeof(record->checksum));
    uint32_t at = sector * BOARD_SECTOR_BYTES + entry * RECORD_BYTES;
    if (!board_flash_write(at, record, RECORD_BYTES) || !board_flash_read(at, &written, RECORD_BYTES)) return false;
    return memcmp(&written, record, RECORD_BYTES) == 0;
}
