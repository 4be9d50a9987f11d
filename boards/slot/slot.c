#include "slot.h"

#include <stdio.h>
#include <string.h>

#include "board.h"
#include "image.h"

enum { PART_BYTES = 256, LINE_BYTES = 120 };

static struct {
    /* What the journal says; a state of EMPTY where it says nothing. */
    struct slot_record record;
    const struct core_module *built_in;
    struct slot_image built_in_image;
    uint32_t memory_bytes;
    /* What runs; how often it has trapped with less than a trial's time in between, and when it did last. */
    struct slot_image running;
    struct core_module module;
    uint32_t traps;
    uint32_t trapped_at;
    /* An upload: what of it has come, and what is to come. */
    bool is_writing;
    uint32_t written;
} slot;

const char SLOT_NO_JOURNAL[] = "the journal cannot be written";

static const char *const RUNNING[] = {"the module in region A", "the module in region B", "the module that is built in"};

static void say(const char *what, const char *why) {
    char line[LINE_BYTES];
    snprintf(line, sizeof(line), "slot: %s%s%s", what, why[0] == 0 ? "" : ": ", why);
    board_log(line);
}

/* Of one region, in whole sectors. */
static uint32_t region_bytes(void) {
    uint32_t flash = board_flash_bytes();
    if (flash < JOURNAL_BYTES) return 0;
    return (flash - JOURNAL_BYTES) / REGIONS / BOARD_SECTOR_BYTES * BOARD_SECTOR_BYTES;
}

static uint32_t region_at(uint32_t region) {
    return JOURNAL_BYTES + region * region_bytes();
}

/* As it is in flash, not as it came. */
static bool is_whole(const struct slot_image *image) {
    uint8_t digest[DIGEST_BYTES];
    uint8_t part[PART_BYTES];
    if (image->region >= REGIONS || image->length > region_bytes() || !digest_begin()) return false;
    bool is_read = true;
    for (uint32_t at = 0; at < image->length && is_read; at += PART_BYTES) {
        uint32_t length = image->length - at < PART_BYTES ? image->length - at : PART_BYTES;
        is_read = board_flash_read(region_at(image->region) + at, part, length) && digest_add(part, length);
    }
    return digest_end(digest) && is_read && digest_is_equal(digest, image->digest);
}

/* NULL: it can run here. */
static const char *why_not(const struct slot_image *image) {
    if (!is_whole(image)) return "not whole: what is in flash has another SHA-256";
    const uint8_t *bytes = board_flash_map(region_at(image->region), image->length);
    if (bytes == NULL) return "the flash cannot be mapped";
    return image_check(bytes, image->length, slot.built_in, slot.memory_bytes);
}

/* The state as it is to be; stands only when it is written. */
static bool enter(enum slot_state state, struct slot_image candidate, struct slot_image settled) {
    struct slot_record next = slot.record;
    next.state = state;
    next.candidate = candidate;
    next.settled = settled;
    if (!journal_append(&next)) return false;
    slot.record = next;
    return true;
}

/* Also where it cannot be written: until the next boot, which comes to the same. */
static bool roll_back(struct slot_image settled) {
    bool is_written = enter(SLOT_ROLLED_BACK, slot.record.candidate, settled);
    slot.record.state = SLOT_ROLLED_BACK;
    slot.record.settled = settled;
    return is_written;
}

static bool identify_firmware(void) {
    slot.built_in_image.region = REGION_BUILT_IN;
    bool is_begun = digest_begin() && digest_add(slot.built_in->bytes, slot.built_in->length);
    return digest_end(slot.built_in_image.digest) && is_begun;
}

static void read_journal(void) {
    struct slot_record newest;
    const uint8_t *firmware = slot.built_in_image.digest;
    bool is_read = identify_firmware() && region_bytes() > 0 && journal_newest(&newest);
    if (is_read) slot.record = newest;
    if (is_read && memcmp(newest.firmware, firmware, FIRMWARE_BYTES) == 0) return;
    if (is_read) say("empty", "this firmware is another than when it was filled");
    slot.record.state = SLOT_EMPTY;
    slot.record.candidate = slot.built_in_image;
    slot.record.settled = slot.built_in_image;
    memcpy(slot.record.firmware, firmware, FIRMWARE_BYTES);
}

static bool is_built_in(const struct slot_image *image) {
    return image->region == REGION_BUILT_IN;
}

/* What was confirmed; where that is not whole any more, the module that is built in. */
static void run_settled(void) {
    slot.running = slot.record.settled;
    if (is_built_in(&slot.running)) return;
    const char *wrong = why_not(&slot.running);
    if (wrong == NULL) return;
    say(RUNNING[slot.running.region], wrong);
    slot.running = slot.built_in_image;
    roll_back(slot.built_in_image);
}

/* True: the candidate is to run. */
static bool try_candidate(void) {
    struct slot_image *candidate = &slot.record.candidate;
    const char *wrong = why_not(candidate);
    if (wrong == NULL && enter(SLOT_TRYING, *candidate, slot.record.settled)) return true;
    say("the module that was uploaded is not tried", wrong != NULL ? wrong : SLOT_NO_JOURNAL);
    roll_back(slot.record.settled);
    return false;
}

static void choose(void) {
    if (slot.record.state == SLOT_TRYING) {
        say("rolled back", "the module that was uploaded did not serve");
        roll_back(slot.record.settled);
    }
    if (slot.record.state == SLOT_UPLOADED && try_candidate()) slot.running = slot.record.candidate;
    else run_settled();
}

const struct core_module *slot_boot(const struct core_module *built_in, uint32_t memory_bytes) {
    memset(&slot, 0, sizeof(slot));
    slot.built_in = built_in;
    slot.memory_bytes = memory_bytes;
    read_journal();
    choose();
    if (is_built_in(&slot.running)) return built_in;
    slot.module = image_module(board_flash_map(region_at(slot.running.region), slot.running.length));
    say(RUNNING[slot.running.region], slot_is_trying() ? "on trial" : "confirmed");
    if (slot_is_trying()) board_restart_in(SLOT_TRIAL_MS);
    return &slot.module;
}

bool slot_is_trying(void) {
    return slot.record.state == SLOT_TRYING;
}

bool slot_served(void) {
    if (!slot_is_trying()) return true;
    if (!enter(SLOT_CONFIRMED, slot.record.candidate, slot.record.candidate)) return false;
    board_restart_in(0);
    say(RUNNING[slot.running.region], "it has served, and is confirmed");
    return true;
}

/*
 * What is on trial is rolled back by the next boot, also where it cannot be written here. What was confirmed would run again: it has to
 * be written, or all stays as it is, so that no upload goes into the region that runs.
 */
bool slot_failed(void) {
    if (is_built_in(&slot.running)) return false;
    bool was_trying = slot_is_trying();
    bool is_written = was_trying ? roll_back(slot.record.settled) : enter(SLOT_ROLLED_BACK, slot.record.candidate, slot.built_in_image);
    if (was_trying || is_written) say("rolled back", RUNNING[slot.running.region]);
    return was_trying || is_written;
}

bool slot_trapped(void) {
    uint32_t now = board_now();
    slot.traps = slot.traps > 0 && now - slot.trapped_at < SLOT_TRIAL_MS ? slot.traps + 1 : 1;
    slot.trapped_at = now;
    return (slot_is_trying() || slot.traps >= SLOT_MOST_TRAPS) && slot_failed();
}

bool slot_is_uploaded(void) {
    return slot.record.state == SLOT_UPLOADED;
}

struct slot_status slot_status(void) {
    const struct core_module *module = is_built_in(&slot.running) ? slot.built_in : &slot.module;
    struct slot_status status = {
        .state = slot.record.state,
        .sequence = slot.record.sequence + 1,
        .room = region_bytes(),
        .region = slot.running.region,
        .digest = slot.running.digest,
        .module = module,
        .memory_bytes = slot.memory_bytes,
    };
    return status;
}

/* The region in which nothing is that may be needed. */
static uint32_t free_region(void) {
    return slot.record.settled.region == 0 ? 1 : 0;
}

const char *slot_begin(uint32_t length, const uint8_t digest[DIGEST_BYTES]) {
    struct slot_image candidate = {.region = free_region(), .length = length};
    if (length > region_bytes()) return "longer than the slot";
    if (slot_is_trying() || slot_is_uploaded()) return "another module is on trial, or about to be";
    memcpy(candidate.digest, digest, DIGEST_BYTES);
    if (!enter(SLOT_WRITING, candidate, slot.record.settled)) return SLOT_NO_JOURNAL;
    slot.is_writing = true;
    slot.written = 0;
    return NULL;
}

static const char *fail(const char *why) {
    slot.is_writing = false;
    return why;
}

/* Sector by sector as it comes: an erase takes long, and others are served in between. */
const char *slot_write(const void *bytes, uint32_t length) {
    const uint8_t *from = bytes;
    uint32_t region = region_at(slot.record.candidate.region);
    if (!slot.is_writing || length > slot.record.candidate.length - slot.written) return fail("more than was announced");
    while (length > 0) {
        uint32_t within = slot.written % BOARD_SECTOR_BYTES;
        uint32_t part = length < BOARD_SECTOR_BYTES - within ? length : BOARD_SECTOR_BYTES - within;
        if (within == 0 && !board_flash_erase(region + slot.written)) return fail("the flash cannot be erased");
        if (!board_flash_write(region + slot.written, from, part)) return fail("the flash cannot be written");
        slot.written += part;
        from += part;
        length -= part;
    }
    return NULL;
}

const char *slot_end(void) {
    const struct slot_image *candidate = &slot.record.candidate;
    if (!slot.is_writing || slot.written != candidate->length) return fail("not whole: less than was announced");
    slot.is_writing = false;
    const char *wrong = why_not(candidate);
    if (wrong != NULL) return wrong;
    return enter(SLOT_UPLOADED, *candidate, slot.record.settled) ? NULL : SLOT_NO_JOURNAL;
}
