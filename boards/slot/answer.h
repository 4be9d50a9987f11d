/* What the port for uploads answers: heads of HTTP, a line of text, and the slot's status as JSON. */
#ifndef FIRMSHAKE_ANSWER_H
#define FIRMSHAKE_ANSWER_H

#include <stdint.h>

#include "digest.h"

enum { ANSWER_TEXT_BYTES = 384, ANSWER_BYTES = 640 };

/* A whole answer with this text and a line's end, and how long it is. */
uint32_t answer_text(char answer[ANSWER_BYTES], int status, const char *text);

/* What runs, the slot's state, and what an upload has to say, as one line of JSON. */
void answer_status(char text[ANSWER_TEXT_BYTES]);

void answer_hex(char text[DIGEST_DIGITS + 1], const uint8_t digest[DIGEST_BYTES]);

#endif
