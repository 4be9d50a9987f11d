/* The head of an HTTP request, taken a byte at a time and never kept: RFC 9112, as much of it as `PUT /module` needs. */
#ifndef FIRMSHAKE_REQUEST_H
#define FIRMSHAKE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"

/* The longest line that we understand is a signature's. Of others the end is not looked at. */
enum { REQUEST_LINE_BYTES = 128, REQUEST_HEAD_BYTES = 2048 };

enum request_method { METHOD_OTHER, METHOD_GET, METHOD_PUT };

enum request_step { REQUEST_FIRST_LINE, REQUEST_HEADERS, REQUEST_WHOLE, REQUEST_BAD };

struct request {
    enum request_step step;
    /* Of a bad one: the HTTP status that says why. */
    int status;
    enum request_method method;
    /* It is about /module, and not about another path. */
    bool is_module;
    bool has_length, has_sequence, has_digest, has_signature;
    bool expects_continue;
    /* Its length is told in another way, which we do not take. */
    bool has_encoding;
    /* UINT32_MAX: that, or more. */
    uint32_t length;
    uint32_t sequence;
    uint8_t digest[DIGEST_BYTES];
    uint8_t signature[DIGEST_BYTES];

    uint32_t taken;
    uint32_t line_length;
    bool is_line_cut;
    char line[REQUEST_LINE_BYTES];
};

void request_begin(struct request *request);

/* Takes what has come, and says how much of it belongs to the head: what is behind the head is left, and all that follows a bad one. */
uint32_t request_take(struct request *request, const uint8_t *bytes, uint32_t length);

#endif
