/* A line with numbers in it, made without printf: a crash needs little stack and nothing that works. */
#include "bare.h"
#include "board.h"

enum { LINE_BYTES = 120 };

struct line {
    char text[LINE_BYTES];
    uint32_t length;
};

static void append(struct line *line, const char *text) {
    while (*text != 0 && line->length < LINE_BYTES - 1) line->text[line->length++] = *text++;
    line->text[line->length] = 0;
}

static void append_hexadecimal(struct line *line, uint32_t value) {
    char digits[] = "0x00000000";
    for (uint32_t at = sizeof(digits) - 2; at >= 2; at--, value >>= 4) digits[at] = "0123456789abcdef"[value & 15];
    append(line, digits);
}

void log_values(const char *what, const struct named_value *values, uint32_t count) {
    struct line line;
    line.length = 0;
    append(&line, what);
    for (uint32_t i = 0; i < count; i++) {
        append(&line, i == 0 ? ": " : ", ");
        append(&line, values[i].name);
        append(&line, " ");
        append_hexadecimal(&line, values[i].value);
    }
    board_log(line.text);
}

uint32_t stack_used(const uint32_t *bottom, const uint32_t *top) {
    const uint32_t *untouched = bottom;
    while (untouched < top && *untouched == STACK_PAINT) untouched++;
    return (uint32_t)(top - untouched) * sizeof(uint32_t);
}
