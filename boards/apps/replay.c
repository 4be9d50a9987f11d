#include "replay.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "core.h"

/* The format: host/replay/format.ts. */
enum {
    HEADER_BYTES = 40,
    PROFILE_AT = 8,
    PROFILE_BYTES = 24,
    MEMORY_AT = 32,
    CALLS_AT = 36,
    RECORD_HEADER_BYTES = 4,
    ADDRESS_BYTES = 4,
    BODY_BYTES = 1596
};
enum record_kind { RECORD_CALL = 1, RECORD_WRITE = 2, RECORD_READ = 3, RECORD_END = 4 };
enum content { CONTENT_FRAME = 1, CONTENT_EVENT = 2, CONTENT_DATA = 3, CONTENT_COUNT = 6 };

enum { LINE_BYTES = 240, CALL_TEXT_BYTES = 80, HEX_TEXT_BYTES = 3 * 8 + 1 };

extern const struct core_module fsk_module;

static const char *const content_names[CONTENT_COUNT] = {"boot record", "frame", "event", "data", "statistics", "memory"};

static const uint8_t argument_counts[CORE_CALL_COUNT] = {
#define ARGUMENT_COUNT(name, arguments) arguments,
    CORE_CALLS(ARGUMENT_COUNT)
#undef ARGUMENT_COUNT
};

static struct {
    replay_reader *read;
    enum replay_end end;
    /* As the header says. */
    uint32_t all_calls;
    uint32_t calls;
    uint32_t frames_in;
    uint32_t frames_out;
    uint32_t deadlines;
    uint32_t events;
    uint32_t bytes_read;
    /* The call that was made last. */
    enum core_call call;
    uint32_t arguments[4];
    /* The record that was read last, and where in the recording it is. The next begins at `next`. */
    uint32_t at;
    uint32_t next;
    uint8_t kind;
    uint8_t second;
    uint32_t length;
    uint8_t body[BODY_BYTES];
} replay;

static uint32_t u16_at(const uint8_t *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8;
}

static uint32_t u32_at(const uint8_t *bytes) {
    return u16_at(bytes) | u16_at(bytes + 2) << 16;
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
    char line[LINE_BYTES] = "replay: ";
    size_t begun = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + begun, sizeof(line) - begun, format, arguments);
    va_end(arguments);
    board_log(line);
}

/* "call 12: listen(80, 4)" */
static const char *call_text(void) {
    static char text[CALL_TEXT_BYTES];
    size_t length = (size_t)snprintf(text, sizeof(text), "call %lu: %s(", (unsigned long)replay.calls, core_call_name(replay.call));
    for (uint32_t i = 0; i < argument_counts[replay.call]; i++) {
        const char *between = i == 0 ? "" : ", ";
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%lu", between, (unsigned long)replay.arguments[i]);
    }
    snprintf(text + length, sizeof(text) - length, ")");
    return replay.calls == 0 ? "before the first call" : text;
}

static const char *hex_text(char text[HEX_TEXT_BYTES], const uint8_t *bytes, uint32_t length) {
    text[0] = 0;
    for (uint32_t i = 0; i < length && i < (HEX_TEXT_BYTES - 1) / 3; i++) {
        snprintf(text + (i == 0 ? 0 : 3 * i - 1), i == 0 ? 3 : 4, i == 0 ? "%02x" : " %02x", bytes[i]);
    }
    return text;
}

/* How many of these bytes there are still. */
static uint32_t take(uint8_t *bytes, uint32_t length) {
    uint32_t done = 0;
    for (uint32_t more = 1; done < length && more != 0; done += more) more = replay.read(bytes + done, length - done);
    replay.next += done;
    return done;
}

/* Nothing follows, and the log says why. For `return ends(...)`. */
static bool ends(enum replay_end end) {
    replay.end = end;
    return false;
}

static bool is_cut_short(void) {
    say("the recording is cut short: it ends behind call %lu of %lu", (unsigned long)replay.calls, (unsigned long)replay.all_calls);
    return ends(REPLAY_REFUSED);
}

static bool is_no_record(void) {
    say("the recording is damaged: no record can be as the one at byte %lu is", (unsigned long)replay.at);
    return ends(REPLAY_REFUSED);
}

static bool read_header(void) {
    const uint8_t *header = replay.body;
    uint32_t length = take(replay.body, HEADER_BYTES);
    if (length < PROFILE_AT || memcmp(header, "FSKREPL1", PROFILE_AT) != 0) {
        say("no recording: it does not begin with FSKREPL1");
        return ends(REPLAY_REFUSED);
    }
    if (length < HEADER_BYTES) {
        say("the recording is cut short: it ends in its header");
        return ends(REPLAY_REFUSED);
    }
    char profile[PROFILE_BYTES];
    memcpy(profile, header + PROFILE_AT, sizeof(profile));
    profile[sizeof(profile) - 1] = 0;
    if (strcmp(profile, fsk_module.profile) != 0) {
        say("the recording is of profile %s, not %s", profile, fsk_module.profile);
        return ends(REPLAY_REFUSED);
    }
    uint32_t memory_bytes = u32_at(header + MEMORY_AT);
    if (memory_bytes != fsk_module.memory_bytes) {
        say("the recording is of a module with %lu bytes of memory, not %lu", (unsigned long)memory_bytes,
            (unsigned long)fsk_module.memory_bytes);
        return ends(REPLAY_REFUSED);
    }
    replay.all_calls = u32_at(header + CALLS_AT);
    return true;
}

/* False: the recording ends within the record. One whose body is too long gets a kind that there is not, and no body. */
static bool read_record(void) {
    uint8_t header[RECORD_HEADER_BYTES];
    replay.at = replay.next;
    if (take(header, sizeof(header)) < sizeof(header)) return false;
    replay.length = u16_at(header + 2);
    bool is_possible = replay.length <= sizeof(replay.body);
    replay.kind = is_possible ? header[0] : 0;
    replay.second = header[1];
    return !is_possible || take(replay.body, replay.length) == replay.length;
}

/* Is it a WRITE or READ? */
static bool has_bytes(void) {
    bool is_kind = replay.kind == RECORD_WRITE || replay.kind == RECORD_READ;
    return is_kind && replay.second < CONTENT_COUNT && replay.length > ADDRESS_BYTES;
}

static uint32_t bytes_length(void) {
    return replay.length - ADDRESS_BYTES;
}

/* Where the module has what a WRITE or READ is about, or NULL. */
static uint8_t *place(void) {
    return core_bytes(u32_at(replay.body), bytes_length());
}

static bool is_no_memory(void) {
    say("the recording is damaged: %lu bytes at %lu are no memory", (unsigned long)bytes_length(), (unsigned long)u32_at(replay.body));
    return ends(REPLAY_REFUSED);
}

/* Where the record's bytes first differ from these, of which there are `length`; `length`: nowhere. */
static uint32_t first_difference(const uint8_t *came, uint32_t length) {
    uint32_t at = 0;
    while (at < length && replay.body[ADDRESS_BYTES + at] == came[at]) at++;
    return at;
}

/* A frame of another length: what was expected stands in the next record. */
static bool is_other_frame(int32_t expected, int32_t came) {
    char where[48] = "";
    if (expected > 0 && came > 0 && read_record() && has_bytes() && place() != NULL) {
        uint32_t common = bytes_length() < (uint32_t)came ? bytes_length() : (uint32_t)came;
        uint32_t at = first_difference(place(), common);
        if (at == common) snprintf(where, sizeof(where), "; the first %lu are the same", (unsigned long)common);
        else snprintf(where, sizeof(where), "; differs at byte %lu", (unsigned long)at);
    }
    say("%s: %ld bytes expected, %ld came%s", call_text(), (long)expected, (long)came, where);
    return ends(REPLAY_DIFFERS);
}

static bool make_call(void) {
    if (replay.second >= CORE_CALL_COUNT || replay.length != 4 + 4u * argument_counts[replay.second]) return is_no_record();
    replay.calls++;
    replay.call = (enum core_call)replay.second;
    for (uint32_t i = 0; i < 4; i++) {
        replay.arguments[i] = i < argument_counts[replay.call] ? u32_at(replay.body + 4 + (size_t)4 * i) : 0;
    }
    const uint32_t *a = replay.arguments;
    int32_t expected = (int32_t)u32_at(replay.body);
    int32_t came = core_call(replay.call, a[0], a[1], a[2], a[3]);
    if (core_trapped() != NULL) {
        say("%s: %ld expected, a trap came: %s", call_text(), (long)expected, core_trapped()->reason);
        return ends(REPLAY_DIFFERS);
    }
    replay.deadlines += replay.call == CORE_next_deadline;
    if (came == expected) return true;
    if (replay.call == CORE_transmit) return is_other_frame(expected, came);
    say("%s: %ld expected, %ld came", call_text(), (long)expected, (long)came);
    return ends(REPLAY_DIFFERS);
}

static bool write_bytes(void) {
    if (!has_bytes()) return is_no_record();
    if (place() == NULL) return is_no_memory();
    memcpy(place(), replay.body + ADDRESS_BYTES, bytes_length());
    replay.frames_in += replay.second == CONTENT_FRAME;
    return true;
}

static bool compare_bytes(void) {
    if (!has_bytes()) return is_no_record();
    const uint8_t *came = place();
    if (came == NULL) return is_no_memory();
    uint32_t length = bytes_length();
    uint32_t at = first_difference(came, length);
    if (at < length) {
        char expected_text[HEX_TEXT_BYTES];
        char came_text[HEX_TEXT_BYTES];
        say("%s: %s of %lu bytes at %lu: differs at byte %lu: %s expected, %s came", call_text(), content_names[replay.second],
            (unsigned long)length, (unsigned long)u32_at(replay.body), (unsigned long)at,
            hex_text(expected_text, replay.body + ADDRESS_BYTES + at, length - at), hex_text(came_text, came + at, length - at));
        return ends(REPLAY_DIFFERS);
    }
    replay.frames_out += replay.second == CONTENT_FRAME;
    replay.events += replay.second == CONTENT_EVENT;
    if (replay.second == CONTENT_DATA) replay.bytes_read += length;
    return true;
}

static bool finish(void) {
    uint8_t more;
    if (replay.second != 0 || replay.length != 0) return is_no_record();
    if (replay.calls != replay.all_calls) {
        say("the recording is damaged: it has %lu calls, not %lu", (unsigned long)replay.calls, (unsigned long)replay.all_calls);
        return ends(REPLAY_REFUSED);
    }
    if (take(&more, 1) != 0) {
        say("the recording is damaged: something follows its end");
        return ends(REPLAY_REFUSED);
    }
    say("%lu calls, %lu frames in, %lu frames out, %lu deadlines, %lu events, %lu bytes read: identical",
        (unsigned long)replay.calls, (unsigned long)replay.frames_in, (unsigned long)replay.frames_out,
        (unsigned long)replay.deadlines, (unsigned long)replay.events, (unsigned long)replay.bytes_read);
    return ends(REPLAY_SAME);
}

/* True: there is more. */
static bool take_step(void) {
    board_alive();
    if (!read_record()) return is_cut_short();
    if (replay.kind == RECORD_CALL) return make_call();
    if (replay.kind == RECORD_WRITE) return write_bytes();
    if (replay.kind == RECORD_READ) return compare_bytes();
    return replay.kind == RECORD_END ? finish() : is_no_record();
}

enum replay_end replay_run(replay_reader *read) {
    memset(&replay, 0, sizeof(replay));
    replay.read = read;
    for (bool goes_on = read_header(); goes_on;) goes_on = take_step();
    return replay.end;
}
