#include "parse.h"

#include <stddef.h>

const char *parse_number(const char *text, uint32_t most, uint32_t *number) {
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (uint64_t)(*at - '0');
        if (value > most) return NULL;
    }
    *number = (uint32_t)value;
    return at == text ? NULL : at;
}

const char *parse_address(const char *text, uint32_t *address) {
    const char *at = text;
    *address = 0;
    for (int byte = 0; byte < 4; byte++) {
        uint32_t value = 0;
        if (byte > 0 && *at++ != '.') return NULL;
        at = parse_number(at, 255, &value);
        if (at == NULL) return NULL;
        *address = *address << 8 | value;
    }
    return at;
}

bool parse_network(const char *text, uint32_t *address, uint8_t *prefix_length) {
    uint32_t bits = 0;
    const char *at = parse_address(text, address);
    if (at == NULL || *at != '/') return false;
    at = parse_number(at + 1, 30, &bits);
    *prefix_length = (uint8_t)bits;
    return at != NULL && *at == 0 && bits > 0;
}

bool parse_host(const char *text, uint32_t *address) {
    const char *at = parse_address(text, address);
    return at != NULL && *at == 0;
}

static int digit(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    /* Of ASCII letters this bit alone makes them small. */
    int small = letter | 0x20;
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool parse_mac(const char *text, uint8_t mac[6]) {
    const char *at = text;
    for (int byte = 0; byte < 6; byte++) {
        if (byte > 0 && *at++ != ':') return false;
        int high = digit(at[0]);
        int low = high < 0 ? -1 : digit(at[1]);
        if (low < 0) return false;
        mac[byte] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    return *at == 0;
}
