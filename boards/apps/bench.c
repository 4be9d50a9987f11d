#include "bench.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "core.h"

enum { LINE_BYTES = 120, NAME_BYTES = 16, RECORD_WORDS = 6, WORD_BYTES = 4 };

struct script {
    const uint32_t *at;
    const uint32_t *end;
};

struct section {
    char name[NAME_BYTES + 1];
    uint32_t operations;
    uint32_t records;
    /* Instructions and times, for each call. */
    uint32_t spent[CORE_CALL_COUNT];
    uint32_t times[CORE_CALL_COUNT];
};

/* The next words of the script, or NULL where it ends. */
static const uint32_t *words(struct script *script, uint32_t count) {
    const uint32_t *at = script->at;
    if ((uint32_t)(script->end - at) < count) return NULL;
    script->at += count;
    return at;
}

static bool wrong(const char *section, uint32_t record, const char *what, int32_t expected, int32_t actual) {
    char line[LINE_BYTES];
    snprintf(line, sizeof(line), "bench: %s, record %lu: %s %ld, not %ld", section, (unsigned long)record, what, (long)actual,
             (long)expected);
    board_log(line);
    return false;
}

/* Where a call finds its bytes. */
static void *place(enum core_call call) {
    if (call == CORE_receive) return core_rx_frame();
    return call == CORE_boot ? core_bytes(core_places().config, sizeof(struct fsk_boot_record)) : NULL;
}

/* What counting costs itself. */
static uint64_t overhead(uint64_t (*instructions)(void)) {
    uint64_t begun = instructions();
    return instructions() - begun;
}

static bool run_record(struct script *script, struct section *section, uint32_t index, uint64_t (*instructions)(void)) {
    const uint32_t *record = words(script, RECORD_WORDS);
    if (record == NULL) return wrong(section->name, index, "words of the script missing:", 0, RECORD_WORDS);
    enum core_call call = record[0] & 255;
    uint32_t length = record[0] >> 8;
    const uint32_t *bytes = words(script, (length + WORD_BYTES - 1) / WORD_BYTES);
    if (call >= CORE_CALL_COUNT || bytes == NULL) return wrong(section->name, index, "no call:", CORE_CALL_COUNT, (int32_t)record[0]);
    if (length != 0 && place(call) != NULL) memcpy(place(call), bytes, length);
    uint64_t begun = instructions();
    int32_t result = core_call(call, record[1], record[2], record[3], record[4]);
    section->spent[call] += (uint32_t)(instructions() - begun - overhead(instructions));
    section->times[call]++;
    return result == (int32_t)record[5] || wrong(section->name, index, core_call_name(call), (int32_t)record[5], result);
}

/* A section takes millions of instructions: that is less than 2^32. */
static void say(const char *what, const char *more, uint32_t spent, uint32_t times, uint32_t operations) {
    char line[LINE_BYTES];
    snprintf(line, sizeof(line), "bench: %s%s: %lu instructions in %lu.%02lu calls", what, more, (unsigned long)(spent / operations),
             (unsigned long)(times / operations), (unsigned long)(times % operations * 100 / operations));
    board_log(line);
}

static void report(const struct section *section) {
    uint32_t spent = 0;
    for (uint32_t call = 0; call < CORE_CALL_COUNT; call++) spent += section->spent[call];
    say(section->name, "", spent, section->records, section->operations);
    for (uint32_t call = 0; call < CORE_CALL_COUNT; call++) {
        if (section->times[call] == 0) continue;
        say("  of these ", core_call_name(call), section->spent[call], section->times[call], section->operations);
    }
}

static bool run_section(struct script *script, struct section *section, uint64_t (*instructions)(void)) {
    for (uint32_t i = 0; i < section->records; i++) {
        if (!run_record(script, section, i, instructions)) return false;
        board_alive();
    }
    if (section->operations != 0) report(section);
    return true;
}

bool bench_run(const uint32_t *bytes, uint32_t length, uint64_t (*instructions)(void)) {
    struct script script = {bytes, bytes + length / WORD_BYTES};
    const uint32_t *magic = words(&script, 1);
    if (magic == NULL || *magic != BENCH_MAGIC) {
        board_log("bench: this is no script of a bench");
        return false;
    }
    while (script.at != script.end) {
        struct section section = {.operations = 0};
        const uint32_t *head = words(&script, NAME_BYTES / WORD_BYTES + 2);
        if (head == NULL) return wrong("script", 0, "words at its end:", 0, (int32_t)(script.end - script.at));
        memcpy(section.name, head, NAME_BYTES);
        section.name[NAME_BYTES] = 0;
        section.operations = head[NAME_BYTES / WORD_BYTES];
        section.records = head[NAME_BYTES / WORD_BYTES + 1];
        if (!run_section(&script, &section, instructions)) return false;
    }
    return true;
}
