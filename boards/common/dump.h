/*
 * What a trap leaves behind: this header, then the linear memory of the instance as it was, without the rings: they are most of it,
 * and what apps say to one another is nobody's business. `firmshake dump FILE` opens it.
 * All numbers are little-endian. On a log it is base64 (RFC 4648 §4), 48 bytes a line, between two lines that say so.
 */
#ifndef FIRMSHAKE_DUMP_H
#define FIRMSHAKE_DUMP_H

#include <assert.h>
#include <stdint.h>

#include "board.h"

#define FSK_DUMP_MAGIC "FSKDUMP1"
#define FSK_DUMP_BEGIN "----- BEGIN FIRMSHAKE DUMP -----"
#define FSK_DUMP_END "----- END FIRMSHAKE DUMP -----"

struct fsk_dump_header {
    char magic[8];
    /* Bytes of this header: the memory begins there. */
    uint32_t header_bytes;
    uint32_t memory_bytes;
    uint32_t abi;
    /* `board_now` when it trapped. */
    uint32_t now;
    /* Traps since power-on, this one counted. */
    uint32_t restarts;
    /* Where things lie in the memory, as the exports say. */
    uint32_t config_at;
    uint32_t rx_frame_at;
    uint32_t tx_frame_at;
    uint32_t statistics_at;
    /* Bytes of the frame that was received last. */
    uint32_t rx_length;
    /* The rings of a connection, in bytes. */
    uint32_t rx_ring;
    uint32_t tx_ring;
    /* The export that was called, and why it trapped: text, zeros behind it. */
    char call[16];
    char reason[64];
    /* The profile that the module was built as. */
    char profile[24];
    /* Bytes of the memory that are not here, and where they would be. */
    uint32_t left_out_at;
    uint32_t left_out_bytes;
};

static_assert(sizeof(struct fsk_dump_header) == 168, "fsk_dump_header");

/* For boards that can keep no file: the parts as lines of text on the log. */
void fsk_dump_log(const struct board_part *parts, uint32_t count);

#endif
