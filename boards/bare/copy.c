/*
 * memcpy, memmove and memset by words: a frame is copied twice on its way, and picolibc's loops take a byte at a time.
 * Never an unaligned access, and never a word without a byte that is asked for.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

enum { WORD_BYTES = sizeof(word), BLOCK_WORDS = 8, BLOCK_BYTES = BLOCK_WORDS * WORD_BYTES };

/* Shorter ones are not worth the look at their alignment. */
enum { SHORT_BYTES = 12 };

static inline uint32_t misalignment(const void *address) {
    return (uintptr_t)address & (WORD_BYTES - 1);
}

/* All loads of a block come before its stores: so these are right for areas that overlap in their direction, too. */
static inline void copy_block(word *to, const word *from) {
    word a = from[0], b = from[1], c = from[2], d = from[3], e = from[4], f = from[5], g = from[6], h = from[7];
    to[0] = a, to[1] = b, to[2] = c, to[3] = d, to[4] = e, to[5] = f, to[6] = g, to[7] = h;
}

/* Copies whole words of `length`. Both are aligned. */
static inline size_t copy_words(word *to, const word *from, size_t length) {
    size_t left = length;
    for (; left >= BLOCK_BYTES; left -= BLOCK_BYTES) {
        copy_block(to, from);
        to += BLOCK_WORDS;
        from += BLOCK_WORDS;
    }
    for (; left >= WORD_BYTES; left -= WORD_BYTES) *to++ = *from++;
    return length - left;
}

/* The same from an unaligned source: each word is put together from two (little-endian). */
static inline size_t shift_words(word *to, const uint8_t *source, size_t length) {
    uint32_t right = misalignment(source) * 8, left = 32 - right;
    const word *from = (const word *)(source - misalignment(source));
    word *end = to + length / WORD_BYTES;
    word before = *from++;
    while (to != end) {
        word after = *from++;
        *to++ = before >> right | after << left;
        before = after;
    }
    return length & ~(size_t)(WORD_BYTES - 1);
}

/* From the first byte to the last: right also where the areas overlap and `to` lies below `from`. */
static void copy_forward(uint8_t *to, const uint8_t *from, size_t length) {
    if (length >= SHORT_BYTES) {
        for (; misalignment(to) != 0; length--) *to++ = *from++;
        size_t done = misalignment(from) == 0 ? copy_words((word *)to, (const word *)from, length)
                                              : shift_words((word *)to, from, length);
        to += done;
        from += done;
        length -= done;
    }
    for (; length > 0; length--) *to++ = *from++;
}

/* From the last byte to the first: where `to` lies within or above `from`. Both point behind their areas. */
static void copy_backward(uint8_t *to, const uint8_t *from, size_t length) {
    if (length >= SHORT_BYTES && misalignment(to) == misalignment(from)) {
        for (; misalignment(to) != 0; length--) *--to = *--from;
        for (; length >= BLOCK_BYTES; length -= BLOCK_BYTES) {
            to -= BLOCK_BYTES;
            from -= BLOCK_BYTES;
            copy_block((word *)to, (const word *)from);
        }
        for (; length >= WORD_BYTES; length -= WORD_BYTES) {
            to -= WORD_BYTES;
            from -= WORD_BYTES;
            *(word *)to = *(const word *)from;
        }
    }
    for (; length > 0; length--) *--to = *--from;
}

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    copy_forward(to, from, length);
    return to;
}

void *memmove(void *to, const void *from, size_t length) {
    /* Below its source, or clear of it. */
    if ((uintptr_t)to - (uintptr_t)from >= length) copy_forward(to, from, length);
    else copy_backward((uint8_t *)to + length, (const uint8_t *)from + length, length);
    return to;
}

void *memset(void *to, int value, size_t length) {
    uint8_t *at = to;
    uint8_t byte = (uint8_t)value;
    if (length >= SHORT_BYTES) {
        word all = byte * 0x01010101u;
        for (; misalignment(at) != 0; length--) *at++ = byte;
        for (; length >= BLOCK_BYTES; length -= BLOCK_BYTES, at += BLOCK_BYTES) {
            word *block = (word *)at;
            block[0] = all, block[1] = all, block[2] = all, block[3] = all;
            block[4] = all, block[5] = all, block[6] = all, block[7] = all;
        }
        for (; length >= WORD_BYTES; length -= WORD_BYTES, at += WORD_BYTES) *(word *)at = all;
    }
    for (; length > 0; length--) *at++ = byte;
    return to;
}
