#include "request.h"

#include <stddef.h>
#include <string.h>

void request_begin(struct request *request) {
    memset(request, 0, sizeof(*request));
}

static void refuse(struct request *request, int status) {
    request->step = REQUEST_BAD;
    request->status = status;
}

static int lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter;
}

/* Field names do not tell large letters from small ones: RFC 9110 §5.1. */
static bool is_like(const char *text, size_t length, const char *small) {
    if (strlen(small) != length) return false;
    for (size_t i = 0; i < length; i++) {
        if (lower(text[i]) != small[i]) return false;
    }
    return true;
}

static void take_first_line(struct request *request) {
    const char *line = request->line;
    if (request->is_line_cut) {
        refuse(request, 414);
        return;
    }
    const char *target = strchr(line, ' ');
    const char *version = target == NULL ? NULL : strchr(target + 1, ' ');
    if (version == NULL || strncmp(version, " HTTP/", 6) != 0 || strchr(version + 1, ' ') != NULL) {
        refuse(request, 400);
        return;
    }
    if (strncmp(version, " HTTP/1.", 8) != 0 || strlen(version) != 9 || version[8] < '0' || version[8] > '9') {
        refuse(request, 505);
        return;
    }
    if (strncmp(line, "GET ", 4) == 0) request->method = METHOD_GET;
    if (strncmp(line, "PUT ", 4) == 0) request->method = METHOD_PUT;
    request->is_module = version - target == 8 && strncmp(target, " /module", 8) == 0;
    request->step = REQUEST_HEADERS;
}

static bool take_number(const char *text, uint32_t *number) {
    uint64_t value = 0;
    if (*text == 0) return false;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9') return false;
        value = value * 10 + (uint64_t)(*text - '0');
        if (value > UINT32_MAX) value = UINT32_MAX;
    }
    *number = (uint32_t)value;
    return true;
}

static int digit_of(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    int small = lower(letter);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

static bool take_hex(const char *text, uint8_t bytes[DIGEST_BYTES]) {
    if (strlen(text) != DIGEST_DIGITS) return false;
    for (uint32_t i = 0; i < DIGEST_BYTES; i++) {
        int high = digit_of(*text++);
        int low = digit_of(*text++);
        if (high < 0 || low < 0) return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Said twice it could mean two things. */
static bool is_first(bool *flag) {
    bool was = *flag;
    *flag = true;
    return !was;
}

/* False: it is one that we need, and makes no sense. */
static bool take_field(struct request *request, const char *name, size_t length, const char *value) {
    bool is_whole = !request->is_line_cut;
    if (is_like(name, length, "content-length")) {
        return is_whole && is_first(&request->has_length) && take_number(value, &request->length);
    }
    if (is_like(name, length, "firmshake-sequence")) {
        return is_whole && is_first(&request->has_sequence) && take_number(value, &request->sequence);
    }
    if (is_like(name, length, "firmshake-sha256")) {
        return is_whole && is_first(&request->has_digest) && take_hex(value, request->digest);
    }
    if (is_like(name, length, "firmshake-signature")) {
        return is_whole && is_first(&request->has_signature) && take_hex(value, request->signature);
    }
    if (is_like(name, length, "transfer-encoding")) request->has_encoding = true;
    if (is_like(name, length, "expect") && is_like(value, strlen(value), "100-continue")) request->expects_continue = true;
    return true;
}

static bool is_blank(char letter) {
    return letter == ' ' || letter == '\t';
}

/* RFC 9112 §5: no blank before the colon, and a line that begins with one would go on from the line before. */
static void take_header(struct request *request) {
    char *line = request->line;
    char *colon = strchr(line, ':');
    if (line[0] == 0) {
        request->step = REQUEST_WHOLE;
        return;
    }
    /* One whose name alone is longer than a line is none of ours. */
    if (colon == NULL && request->is_line_cut && !is_blank(line[0])) return;
    if (colon == NULL || colon == line || is_blank(line[0]) || is_blank(colon[-1])) {
        refuse(request, 400);
        return;
    }
    char *value = colon + 1;
    while (is_blank(*value)) value++;
    char *end = value + strlen(value);
    while (end > value && is_blank(end[-1])) *--end = 0;
    if (!take_field(request, line, (size_t)(colon - line), value)) refuse(request, 400);
}

/* A line's end may lack its CR: RFC 9112 §2.2. Elsewhere no CR may stand. */
static void take_line(struct request *request) {
    if (!request->is_line_cut && request->line_length > 0 && request->line[request->line_length - 1] == '\r') request->line_length--;
    request->line[request->line_length] = 0;
    if (strchr(request->line, '\r') != NULL) refuse(request, 400);
    else if (request->step == REQUEST_FIRST_LINE) take_first_line(request);
    else take_header(request);
    request->line_length = 0;
    request->is_line_cut = false;
}

static void take_byte(struct request *request, uint8_t byte) {
    bool is_control = byte < ' ' && byte != '\t' && byte != '\r';
    if (byte == '\n') {
        take_line(request);
    } else if (is_control || byte == 0x7f) {
        refuse(request, 400);
    } else if (request->line_length < REQUEST_LINE_BYTES - 1) {
        request->line[request->line_length++] = (char)byte;
    } else {
        /* The CR of a line that just fits is no part of it. */
        request->is_line_cut = request->is_line_cut || byte != '\r';
    }
}

uint32_t request_take(struct request *request, const uint8_t *bytes, uint32_t length) {
    uint32_t taken = 0;
    while (taken < length && request->step < REQUEST_WHOLE) {
        take_byte(request, bytes[taken++]);
        request->taken++;
        if (request->step < REQUEST_WHOLE && request->taken >= REQUEST_HEAD_BYTES) refuse(request, 431);
    }
    return taken;
}
