/** The bytes of an execution, read from the front; behind their end everything is 0. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *at;
    size_t left;
} Input;

static inline uint32_t take8(Input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

static inline uint32_t take16(Input *input)
{
    uint32_t low = take8(input);
    return low | take8(input) << 8;
}

static inline uint32_t take32(Input *input)
{
    uint32_t low = take16(input);
    return low | take16(input) << 16;
}

#endif
