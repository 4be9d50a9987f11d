#include "line.h"

#include <string.h>

enum { BACKSPACE = 8, DELETE = 127 };

void line_begin(struct line *line, bool is_secret) {
    line->length = 0;
    line->text[0] = 0;
    line->is_secret = is_secret;
}

static void take_back(struct line *line, char echo[4]) {
    if (line->length == 0) return;
    /* A letter beyond ASCII is several bytes of UTF-8, all but the first with these bits. */
    while (line->length > 1 && (line->text[line->length - 1] & 0xc0) == 0x80) line->length--;
    line->text[--line->length] = 0;
    memcpy(echo, "\b \b", 4);
}

bool line_take(struct line *line, char byte, char echo[4]) {
    bool is_same_end = byte == '\n' && line->was_return;
    line->was_return = byte == '\r';
    echo[0] = 0;
    if (is_same_end) return false;
    if (byte == '\r' || byte == '\n') {
        memcpy(echo, "\r\n", 3);
        return true;
    }
    if (byte == BACKSPACE || byte == DELETE) {
        take_back(line, echo);
        return false;
    }
    if ((uint8_t)byte < ' ' || line->length == LINE_MOST) return false;
    line->text[line->length++] = byte;
    line->text[line->length] = 0;
    echo[0] = byte;
    if (line->is_secret) echo[0] = '*';
    echo[1] = 0;
    return false;
}
