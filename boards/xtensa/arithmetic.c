/*
 * Integer arithmetic that the compiler asks for by name, and that Debian's libgcc for this CPU lacks: multiplication of 64 bits, and
 * divisions, for which the compiler's CPU has no instruction.
 */
#include <stdint.h>

uint64_t __umulsidi3(uint32_t a, uint32_t b);
uint64_t __muldi3(uint64_t a, uint64_t b);
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);
int32_t __modsi3(int32_t a, int32_t b);

enum { HALF_BITS = 16, HALF_MASK = 0xffff };

/* By halves, as on paper. */
uint64_t __umulsidi3(uint32_t a, uint32_t b) {
    uint32_t low = (a & HALF_MASK) * (b & HALF_MASK);
    uint32_t cross = (a >> HALF_BITS) * (b & HALF_MASK) + (low >> HALF_BITS);
    uint32_t other = (a & HALF_MASK) * (b >> HALF_BITS) + (cross & HALF_MASK);
    uint32_t high = (a >> HALF_BITS) * (b >> HALF_BITS) + (cross >> HALF_BITS) + (other >> HALF_BITS);
    return (uint64_t)high << 32 | (other << HALF_BITS | (low & HALF_MASK));
}

uint64_t __muldi3(uint64_t a, uint64_t b) {
    uint64_t product = __umulsidi3((uint32_t)a, (uint32_t)b);
    uint32_t high = (uint32_t)(a >> 32) * (uint32_t)b + (uint32_t)a * (uint32_t)(b >> 32);
    return product + ((uint64_t)high << 32);
}

/* A bit of the quotient at a time, beginning with the first that can be set. By zero: 0, and the dividend is left. */
static uint32_t divide(uint32_t a, uint32_t b, uint32_t *rest) {
    uint32_t quotient = 0;
    if (b != 0 && a >= b) {
        int shift = __builtin_clz(b) - __builtin_clz(a);
        for (b <<= shift; shift >= 0; shift--, b >>= 1) {
            quotient <<= 1;
            if (a >= b) {
                a -= b;
                quotient |= 1;
            }
        }
    }
    *rest = a;
    return quotient;
}

uint32_t __udivsi3(uint32_t a, uint32_t b) {
    uint32_t rest;
    return divide(a, b, &rest);
}

uint32_t __umodsi3(uint32_t a, uint32_t b) {
    uint32_t rest;
    divide(a, b, &rest);
    return rest;
}

static uint32_t magnitude(int32_t value) {
    return value < 0 ? 0 - (uint32_t)value : (uint32_t)value;
}

int32_t __divsi3(int32_t a, int32_t b) {
    uint32_t quotient = __udivsi3(magnitude(a), magnitude(b));
    return (int32_t)((a < 0) == (b < 0) ? quotient : 0 - quotient);
}

int32_t __modsi3(int32_t a, int32_t b) {
    uint32_t rest = __umodsi3(magnitude(a), magnitude(b));
    return (int32_t)(a < 0 ? 0 - rest : rest);
}
