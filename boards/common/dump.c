/* A dump as lines of text, for boards whose log is all that leaves them. */
#include "dump.h"

#include <stdbool.h>
#include <stddef.h>

/* 48 bytes are 64 letters: a line that every terminal shows whole. */
enum { LINE_BYTES = 48, LINE_LETTERS = LINE_BYTES / 3 * 4 };

/* RFC 4648 §4. */
static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct line {
    uint8_t bytes[LINE_BYTES];
    uint32_t length;
};

static char letter(uint32_t bits, bool is_there) {
    if (!is_there) return '=';
    return LETTERS[bits & 63];
}

static void write_line(struct line *line) {
    char text[LINE_LETTERS + 1];
    uint32_t at = 0;
    for (uint32_t i = 0; i < line->length; i += 3) {
        uint32_t left = line->length - i;
        uint32_t bits = (uint32_t)line->bytes[i] << 16;
        if (left > 1) bits |= (uint32_t)line->bytes[i + 1] << 8;
        if (left > 2) bits |= line->bytes[i + 2];
        text[at++] = letter(bits >> 18, true);
        text[at++] = letter(bits >> 12, true);
        text[at++] = letter(bits >> 6, left > 1);
        text[at++] = letter(bits, left > 2);
    }
    text[at] = 0;
    board_log(text);
    line->length = 0;
}

void fsk_dump_log(const struct board_part *parts, uint32_t count) {
    struct line line = {.length = 0};
    board_log(FSK_DUMP_BEGIN);
    for (uint32_t part = 0; part < count; part++) {
        const uint8_t *bytes = parts[part].bytes;
        for (uint32_t i = 0; i < parts[part].length; i++) {
            line.bytes[line.length++] = bytes[i];
            if (line.length == LINE_BYTES) write_line(&line);
        }
        /* A slow log is no hang. */
        board_alive();
    }
    if (line.length != 0) write_line(&line);
    board_log(FSK_DUMP_END);
}
