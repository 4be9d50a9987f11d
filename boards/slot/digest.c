#include "digest.h"

bool digest_is_equal(const uint8_t one[DIGEST_BYTES], const uint8_t other[DIGEST_BYTES]) {
    /* Read as if it could change: no compiler leaves the loop early. */
    const volatile uint8_t *a = one;
    const volatile uint8_t *b = other;
    uint8_t difference = 0;
    for (uint32_t i = 0; i < DIGEST_BYTES; i++) difference |= (uint8_t)(a[i] ^ b[i]);
    return difference == 0;
}
