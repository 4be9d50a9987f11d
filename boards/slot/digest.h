/* SHA-256 and HMAC-SHA256 (FIPS 180-4, RFC 2104): the library's, behind what the slot needs of them. */
#ifndef FIRMSHAKE_DIGEST_H
#define FIRMSHAKE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32, DIGEST_DIGITS = 64 };

/* Digests what is added since `digest_begin`. One at a time. False: the library fails. */
bool digest_begin(void);
bool digest_add(const void *bytes, uint32_t length);
bool digest_end(uint8_t digest[DIGEST_BYTES]);

bool digest_hmac(const void *key, uint32_t key_length, const void *bytes, uint32_t length, uint8_t code[DIGEST_BYTES]);

/* Takes as long whatever differs. */
bool digest_is_equal(const uint8_t one[DIGEST_BYTES], const uint8_t other[DIGEST_BYTES]);

#endif
