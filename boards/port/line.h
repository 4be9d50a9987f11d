/* A line of text from a serial terminal, with what the terminal is to show meanwhile. Nobody else edits it: there is no driver. */
#ifndef FIRMSHAKE_LINE_H
#define FIRMSHAKE_LINE_H

#include <stdbool.h>
#include <stdint.h>

enum { LINE_MOST = 64 };

struct line {
    char text[LINE_MOST + 1];
    uint32_t length;
    /* Shown as stars. */
    bool is_secret;
    /* The last byte was a CR: a LF behind it is of the same end of a line. */
    bool was_return;
};

/* Empties it for the next line. */
void line_begin(struct line *line, bool is_secret);

/*
 * Takes a byte. True: the line is whole. `echo` is what the terminal is to show: at most 3 bytes. Control characters
 * are left out; BS and DEL take the last letter back, and more bytes than LINE_MOST are not taken.
 */
bool line_take(struct line *line, char byte, char echo[4]);

#endif
