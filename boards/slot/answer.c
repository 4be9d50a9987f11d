#include "answer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "slot.h"

/* RFC 9110 §15, with the fields that belong to it. */
static const struct {
    int status;
    const char *reason;
    const char *fields;
} REASONS[] = {
    {200, "OK", "Content-Type: application/json\r\nCache-Control: no-store\r\n"},
    {202, "Accepted", ""},
    {401, "Unauthorized", "WWW-Authenticate: Firmshake-Signature\r\n"},
    {403, "Forbidden", ""},
    {404, "Not Found", ""},
    {405, "Method Not Allowed", "Allow: GET, PUT\r\n"},
    {408, "Request Timeout", ""},
    {409, "Conflict", ""},
    {411, "Length Required", ""},
    {413, "Content Too Large", ""},
    {414, "URI Too Long", ""},
    {431, "Request Header Fields Too Large", ""},
    {500, "Internal Server Error", ""},
    {503, "Service Unavailable", "Retry-After: 5\r\n"},
    {505, "HTTP Version Not Supported", ""},
    {400, "Bad Request", ""},
};
enum { REASON_COUNT = sizeof(REASONS) / sizeof(REASONS[0]), NAME_BYTES = 24 };

static const char *const STATES[] = {"empty", "writing", "uploaded", "trying", "confirmed", "rolled back"};
static const char *const REGION_NAMES[] = {"A", "B", "built-in"};

uint32_t answer_text(char answer[ANSWER_BYTES], int status, const char *text) {
    uint32_t i = 0;
    while (i < REASON_COUNT - 1 && REASONS[i].status != status) i++;
    int length = snprintf(answer, ANSWER_BYTES, "HTTP/1.1 %d %s\r\nContent-Length: %u\r\nConnection: close\r\n%s\r\n%s\n", REASONS[i].status,
                          REASONS[i].reason, (unsigned)strlen(text) + 1, REASONS[i].fields, text);
    return length < ANSWER_BYTES ? (uint32_t)length : ANSWER_BYTES - 1;
}

void answer_hex(char text[DIGEST_DIGITS + 1], const uint8_t digest[DIGEST_BYTES]) {
    static const char DIGITS[] = "0123456789abcdef";
    char *at = text;
    for (uint32_t i = 0; i < DIGEST_BYTES; i++) {
        *at++ = DIGITS[digest[i] >> 4];
        *at++ = DIGITS[digest[i] & 15];
    }
    *at = 0;
}

/* An image may call its profile what it likes; JSON is not to break by it. */
static void plain(char text[NAME_BYTES], const char *name) {
    uint32_t i = 0;
    for (; i < NAME_BYTES - 1 && name[i] != 0; i++) {
        bool is_plain = name[i] >= ' ' && name[i] < 0x7f && name[i] != '"' && name[i] != '\\';
        text[i] = '?';
        if (is_plain) text[i] = name[i];
    }
    text[i] = 0;
}

void answer_status(char text[ANSWER_TEXT_BYTES]) {
    const struct slot_status slot = slot_status();
    char digest[DIGEST_DIGITS + 1];
    char profile[NAME_BYTES];
    answer_hex(digest, slot.digest);
    plain(profile, slot.module->profile);
    bool is_wasm = memcmp(slot.module->bytes, "\0asm", 4) == 0;
    snprintf(text, ANSWER_TEXT_BYTES,
             "{\"state\":\"%s\",\"running\":\"%s\",\"profile\":\"%s\",\"sha256\":\"%s\",\"engine\":\"%s\",\"abi\":%d,\"sequence\":%lu,"
             "\"room\":%lu,\"memory\":%lu}",
             STATES[slot.state], REGION_NAMES[slot.region], profile, digest, is_wasm ? "interp" : "aot", CORE_ABI,
             (unsigned long)slot.sequence, (unsigned long)slot.room, (unsigned long)slot.memory_bytes);
}
