/* The slot's state machine, on flash whose power fails. */
#include "suite.h"

#include "flash.h"
#include "network.h"
#include "samples.h"
#include "slot.h"

enum { CHUNK_BYTES = 1460 };

static struct sample first;
static struct sample second;
static struct sample third;

static int setup(void **state) {
    (void)state;
    const struct sample_options one = {.padding = 5000, .seed = 1};
    const struct sample_options two = {.padding = 7000, .seed = 2};
    const struct sample_options three = {.padding = 200, .seed = 3};
    sample_image(&first, &one);
    sample_image(&second, &two);
    sample_image(&third, &three);
    flash_reset();
    return 0;
}

static const struct core_module *boot(void) {
    flash.restart_in = 0;
    flash.log[0] = 0;
    return slot_boot(sample_built_in(), SAMPLE_MEMORY_BYTES);
}

static const char *upload(const struct sample *sample) {
    uint8_t digest[DIGEST_BYTES];
    sample_digest(sample, digest);
    const char *wrong = slot_begin(sample->length, digest);
    for (uint32_t at = 0; at < sample->length && wrong == NULL; at += CHUNK_BYTES) {
        uint32_t left = sample->length - at;
        wrong = slot_write(sample->bytes + at, left < CHUNK_BYTES ? left : CHUNK_BYTES);
    }
    return wrong != NULL ? wrong : slot_end();
}

static bool is_running(const struct core_module *module, const struct sample *sample) {
    uint32_t length = sample->length - (uint32_t)sizeof(struct image_header);
    return module->length == length && memcmp(module->bytes, sample->bytes + sizeof(struct image_header), length) == 0;
}

static bool is_built_in(const struct core_module *module) {
    return module == sample_built_in();
}

static void confirm(const struct sample *sample) {
    assert_null(upload(sample));
    assert_true(is_running(boot(), sample));
    assert_true(slot_served());
}

TEST(a_blank_flash_runs_what_is_built_in) {
    assert_true(is_built_in(boot()));
    assert_int_equal(slot_status().state, SLOT_EMPTY);
    assert_int_equal(slot_status().room, REGION_BYTES);
    assert_int_equal(flash.operations, 0);
    assert_string_equal(flash.log, "");
}

TEST(what_is_uploaded_runs_from_the_next_boot_on_and_not_before) {
    assert_true(is_built_in(boot()));
    assert_null(upload(&first));
    assert_int_equal(slot_status().region, REGION_BUILT_IN);
    assert_true(is_running(boot(), &first));
    assert_int_equal(slot_status().state, SLOT_TRYING);
    assert_int_equal(flash.restart_in, 10000);
}

TEST(what_does_not_serve_is_rolled_back_by_the_next_boot_and_not_tried_again) {
    boot();
    assert_null(upload(&first));
    boot();
    assert_true(is_built_in(boot()));
    assert_int_equal(slot_status().state, SLOT_ROLLED_BACK);
    assert_non_null(strstr(flash.log, "did not serve"));
    assert_true(is_built_in(boot()));
    assert_int_equal(flash.restart_in, 0);
}

TEST(what_served_is_confirmed_and_survives_boots) {
    boot();
    confirm(&first);
    assert_int_equal(flash.restart_in, 0);
    for (int i = 0; i < 3; i++) assert_true(is_running(boot(), &first));
    assert_int_equal(slot_status().state, SLOT_CONFIRMED);
    assert_int_equal(flash.restart_in, 0);
}

TEST(to_serve_again_writes_nothing) {
    boot();
    confirm(&first);
    uint32_t operations = flash.operations;
    assert_true(slot_served());
    boot();
    assert_true(slot_served());
    assert_int_equal(flash.operations, operations);
}

TEST(a_second_module_is_rolled_back_to_the_first) {
    boot();
    confirm(&first);
    assert_null(upload(&second));
    assert_true(is_running(boot(), &second));
    assert_true(is_running(boot(), &first));
    /* And the next has its turn where the second was. */
    confirm(&third);
    assert_true(is_running(boot(), &third));
}

TEST(an_upload_that_stops_changes_nothing_but_the_number) {
    uint8_t digest[DIGEST_BYTES];
    boot();
    confirm(&first);
    uint32_t sequence = slot_status().sequence;
    sample_digest(&second, digest);
    assert_null(slot_begin(second.length, digest));
    assert_null(slot_write(second.bytes, 3000));
    assert_int_equal(slot_status().sequence, sequence + 1);
    assert_true(is_running(boot(), &first));
    assert_int_equal(slot_status().sequence, sequence + 1);
    confirm(&second);
}

TEST(a_module_that_does_not_start_is_rolled_back) {
    boot();
    confirm(&first);
    assert_null(upload(&second));
    boot();
    assert_true(slot_failed());
    assert_true(is_running(boot(), &first));
    /* One that was confirmed can stop starting too: nothing is left but what is built in. */
    assert_true(slot_failed());
    assert_true(is_built_in(boot()));
    assert_false(slot_failed());
}

TEST(a_module_on_trial_that_fails_is_over_also_where_that_cannot_be_written) {
    boot();
    confirm(&first);
    assert_null(upload(&second));
    boot();
    flash.fails_at = 0;
    assert_true(slot_failed());
    assert_true(is_running(boot(), &first));
}

TEST(a_confirmed_module_that_fails_where_that_cannot_be_written_stays_and_its_region_is_not_written_to) {
    boot();
    confirm(&first);
    const struct core_module *running = boot();
    flash.fails_at = 0;
    assert_false(slot_failed());
    flash.fails_at = UINT32_MAX;
    assert_int_equal(slot_status().state, SLOT_CONFIRMED);
    assert_null(upload(&second));
    assert_true(is_running(running, &first));
}

TEST(one_trap_on_trial_is_one_too_many) {
    boot();
    assert_null(upload(&first));
    boot();
    assert_true(slot_trapped());
    assert_true(is_built_in(boot()));
}

TEST(a_confirmed_module_that_traps_again_and_again_gives_way_to_what_is_built_in) {
    boot();
    confirm(&first);
    confirm(&second);
    for (int i = 0; i < 2; i++) {
        assert_false(slot_trapped());
        network.now += SLOT_TRIAL_MS - 1;
    }
    assert_true(slot_trapped());
    assert_true(is_built_in(boot()));
    assert_int_equal(slot_status().state, SLOT_ROLLED_BACK);
    /* There is nothing behind that. */
    for (int i = 0; i < 5; i++) assert_false(slot_trapped());
}

TEST(a_confirmed_module_that_traps_now_and_then_stays) {
    boot();
    confirm(&first);
    /* Also where the clock is about to wrap. */
    network.now = UINT32_MAX - 2 * SLOT_TRIAL_MS;
    for (int i = 0; i < 5; i++) {
        assert_false(slot_trapped());
        network.now += SLOT_TRIAL_MS;
    }
    assert_true(is_running(boot(), &first));
}

TEST(traps_are_counted_from_the_boot_on) {
    boot();
    confirm(&first);
    for (int i = 0; i < 5; i++) {
        assert_false(slot_trapped());
        assert_true(is_running(boot(), &first));
    }
}

TEST(a_confirmed_image_that_decays_is_not_run) {
    boot();
    confirm(&first);
    flash.bytes[JOURNAL_BYTES + 3000] ^= 4;
    assert_true(is_built_in(boot()));
    assert_int_equal(slot_status().state, SLOT_ROLLED_BACK);
    assert_non_null(strstr(flash.log, "another SHA-256"));
}

TEST(an_uploaded_image_that_decays_is_not_tried) {
    boot();
    assert_null(upload(&first));
    flash.bytes[JOURNAL_BYTES + 3000] ^= 4;
    assert_true(is_built_in(boot()));
    assert_int_equal(slot_status().state, SLOT_ROLLED_BACK);
}

TEST(a_settled_image_that_decays_leaves_what_is_built_in) {
    boot();
    confirm(&first);
    assert_null(upload(&second));
    boot();
    flash.bytes[JOURNAL_BYTES + 3000] ^= 4;
    assert_true(is_built_in(boot()));
    confirm(&second);
}

TEST(another_firmware_asks_the_slot_no_more_and_its_numbers_go_on) {
    static struct sample other;
    const struct sample_options options = {.padding = 11};
    sample_wasm(&other, &options);
    const struct core_module built_in = {.bytes = other.bytes, .length = other.length, .profile = "other"};
    boot();
    confirm(&first);
    uint32_t sequence = slot_status().sequence;
    assert_ptr_equal(slot_boot(&built_in, SAMPLE_MEMORY_BYTES), &built_in);
    assert_int_equal(slot_status().state, SLOT_EMPTY);
    assert_int_equal(slot_status().sequence, sequence);
    assert_null(upload(&second));
    assert_true(is_running(slot_boot(&built_in, SAMPLE_MEMORY_BYTES), &second));
}

TEST(an_image_that_needs_more_memory_than_there_is_now_is_not_run) {
    boot();
    confirm(&first);
    assert_true(is_built_in(slot_boot(sample_built_in(), SAMPLE_MEMORY_BYTES - 1)));
}

TEST(nothing_is_uploaded_while_a_module_is_on_trial_or_about_to_be) {
    boot();
    assert_null(upload(&first));
    assert_non_null(upload(&second));
    boot();
    assert_non_null(upload(&second));
    assert_true(slot_served());
    assert_null(upload(&second));
}

TEST(what_is_broken_is_refused_and_what_runs_goes_on) {
    static struct sample broken;
    uint8_t digest[DIGEST_BYTES];
    boot();
    confirm(&first);
    sample_digest(&second, digest);
    assert_non_null(slot_begin(REGION_BYTES + 1, digest));
    /* Less, more, and other bytes than were announced. */
    assert_null(slot_begin(second.length, digest));
    assert_null(slot_write(second.bytes, second.length - 1));
    assert_non_null(slot_end());
    assert_null(slot_begin(second.length, digest));
    assert_non_null(slot_write(second.bytes, second.length + 1));
    assert_non_null(slot_end());
    broken = second;
    broken.bytes[4000] ^= 1;
    assert_null(slot_begin(broken.length, digest));
    assert_null(slot_write(broken.bytes, broken.length));
    assert_non_null(slot_end());
    /* It came as it was sent, and is no module. */
    memset(broken.bytes, 0x55, broken.length);
    assert_non_null(upload(&broken));
    assert_int_equal(slot_status().state, SLOT_WRITING);
    assert_non_null(slot_write("x", 1));
    assert_true(is_running(boot(), &first));
}

TEST(a_longest_image_fits_and_touches_nothing_else) {
    const struct sample_options options = {.padding = REGION_BYTES - 64 - 500, .seed = 9};
    static struct sample longest;
    sample_image(&longest, &options);
    boot();
    confirm(&first);
    confirm(&longest);
    assert_null(upload(&second));
    boot();
    assert_true(is_running(boot(), &longest));
}

TEST(flash_that_fails_fails_the_upload_alone) {
    boot();
    confirm(&first);
    uint32_t begun = flash.operations;
    assert_null(upload(&second));
    uint32_t needed = flash.operations - begun;
    for (uint32_t at = 0; at < needed; at++) {
        setup(NULL);
        boot();
        confirm(&first);
        flash.fails_at = flash.operations + at;
        assert_non_null(upload(&second));
        flash.fails_at = UINT32_MAX;
        assert_true(is_running(boot(), &first));
    }
}

TEST(a_stuck_bit_is_found_when_all_is_read_back) {
    boot();
    confirm(&first);
    flash.stuck_at = JOURNAL_BYTES + REGION_BYTES;
    assert_non_null(upload(&second));
    assert_true(is_running(boot(), &first));
}

TEST(a_journal_that_cannot_be_written_tries_nothing_and_confirms_nothing) {
    boot();
    confirm(&first);
    assert_null(upload(&second));
    flash.fails_at = 0;
    assert_true(is_running(boot(), &first));
    assert_false(slot_is_trying());
    flash.fails_at = UINT32_MAX;
    assert_true(is_running(boot(), &second));
    flash.fails_at = 0;
    assert_false(slot_served());
    assert_int_equal(flash.restart_in, 10000);
    /* It is rolled back, and not confirmed by the boot that cannot write that. */
    assert_true(is_running(boot(), &first));
    assert_true(slot_served());
    flash.fails_at = UINT32_MAX;
    assert_true(is_running(boot(), &first));
    assert_int_equal(slot_status().state, SLOT_ROLLED_BACK);
}

TEST(flash_that_cannot_be_mapped_runs_what_is_built_in) {
    boot();
    confirm(&first);
    flash.cannot_map = true;
    assert_true(is_built_in(boot()));
}

TEST(a_board_without_flash_runs_what_is_built_in) {
    uint8_t digest[DIGEST_BYTES] = {0};
    for (flash.length = 0; flash.length < JOURNAL_BYTES + 2 * BOARD_SECTOR_BYTES; flash.length += BOARD_SECTOR_BYTES) {
        assert_true(is_built_in(boot()));
        assert_int_equal(slot_status().room, 0);
        assert_non_null(slot_begin(1, digest));
    }
}

TEST(the_journal_goes_round_and_wears_both_sectors_alike) {
    boot();
    for (int i = 0; i < 100; i++) confirm(i % 2 == 0 ? &third : &first);
    assert_true(is_running(boot(), &first));
    assert_int_equal(slot_status().sequence, 401);
    /* 400 records, 32 in a sector. */
    assert_in_range(flash.erases[0], 6, 7);
    assert_in_range(flash.erases[1], 6, 7);
}

/* A whole life: boot, upload, restart, trial, confirmation, boot. */
static void live(void *context) {
    boot();
    if (upload(context) != NULL) fail();
    boot();
    if (!slot_served()) fail();
    boot();
}

static void only_boot(void *context) {
    *(const struct core_module **)context = boot();
}

/* Whatever happened before: a boot runs the old or the new, whole, and the next upload finds its way. Gives if it was the new. */
static bool boots_whole(const struct sample *old, struct sample *new) {
    const struct core_module *module = boot();
    bool is_new = is_running(module, new);
    bool is_old = old == NULL ? is_built_in(module) : is_running(module, old);
    if (!is_new && !is_old) fail_msg("neither the old nor the new runs: %s", flash.log);
    return is_new;
}

/* `before` records make the journal turn over somewhere in this life. */
static void prepare(uint32_t before, const struct sample *old) {
    uint8_t digest[DIGEST_BYTES] = {0};
    flash_reset();
    boot();
    if (old != NULL) confirm(old);
    for (uint32_t i = 0; i < before; i++) assert_null(slot_begin(1, digest));
}

static uint32_t cuts;

/* Power is cut in each operation of the life, in each way. After it the next boot is whole, also when that one is cut, too. */
static void cut_everywhere(uint32_t before, const struct sample *old, struct sample *new) {
    prepare(before, old);
    static struct flash begun;
    begun = flash;
    live(new);
    uint32_t operations = flash.operations - begun.operations;
    for (uint32_t at = 0; at < operations; at++) {
        for (enum cut cut = CUT_BEFORE; cut < CUTS; cut++) {
            flash = begun;
            flash.seed = at * CUTS + cut;
            flash.cut = cut;
            flash.cut_at = begun.operations + at;
            assert_int_equal(flash_live(live, new), END_POWER);
            cuts++;
            static struct flash after;
            after = flash;
            for (uint32_t again = 0; again < 3; again++) {
                const struct core_module *module = NULL;
                flash = after;
                flash.cut = (cut + again) % CUTS;
                flash.cut_at = flash.operations + again;
                flash_live(only_boot, &module);
                boots_whole(old, new);
                /* Two more boots without anybody asking: what was on trial is rolled back, and then it stays. */
                bool is_new = boots_whole(old, new);
                /* What was confirmed stays so: its record is the last thing that a life writes. */
                if (at == operations - 1 && cut == CUT_AFTER) assert_true(is_new);
                assert_int_equal(boots_whole(old, new), is_new);
                assert_false(slot_is_trying());
                confirm(&third);
            }
        }
    }
}

TEST(power_that_fails_anywhere_in_the_first_upload_leaves_a_whole_module) {
    cuts = 0;
    for (uint32_t before = 0; before < 34; before += 11) cut_everywhere(before, NULL, &second);
    assert_true(cuts > 100);
}

TEST(power_that_fails_anywhere_in_a_later_upload_leaves_the_old_or_the_new_whole) {
    for (uint32_t before = 0; before < 34; before += 11) cut_everywhere(before, &first, &second);
}

TEST(power_that_fails_where_the_journal_turns_over_loses_no_record) {
    for (uint32_t before = 24; before < 33; before++) cut_everywhere(before, &first, &third);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_blank_flash_runs_what_is_built_in, setup),
        cmocka_unit_test_setup(what_is_uploaded_runs_from_the_next_boot_on_and_not_before, setup),
        cmocka_unit_test_setup(what_does_not_serve_is_rolled_back_by_the_next_boot_and_not_tried_again, setup),
        cmocka_unit_test_setup(what_served_is_confirmed_and_survives_boots, setup),
        cmocka_unit_test_setup(to_serve_again_writes_nothing, setup),
        cmocka_unit_test_setup(a_second_module_is_rolled_back_to_the_first, setup),
        cmocka_unit_test_setup(an_upload_that_stops_changes_nothing_but_the_number, setup),
        cmocka_unit_test_setup(a_module_that_does_not_start_is_rolled_back, setup),
        cmocka_unit_test_setup(a_module_on_trial_that_fails_is_over_also_where_that_cannot_be_written, setup),
        cmocka_unit_test_setup(a_confirmed_module_that_fails_where_that_cannot_be_written_stays_and_its_region_is_not_written_to, setup),
        cmocka_unit_test_setup(one_trap_on_trial_is_one_too_many, setup),
        cmocka_unit_test_setup(a_confirmed_module_that_traps_again_and_again_gives_way_to_what_is_built_in, setup),
        cmocka_unit_test_setup(a_confirmed_module_that_traps_now_and_then_stays, setup),
        cmocka_unit_test_setup(traps_are_counted_from_the_boot_on, setup),
        cmocka_unit_test_setup(a_confirmed_image_that_decays_is_not_run, setup),
        cmocka_unit_test_setup(an_uploaded_image_that_decays_is_not_tried, setup),
        cmocka_unit_test_setup(a_settled_image_that_decays_leaves_what_is_built_in, setup),
        cmocka_unit_test_setup(another_firmware_asks_the_slot_no_more_and_its_numbers_go_on, setup),
        cmocka_unit_test_setup(an_image_that_needs_more_memory_than_there_is_now_is_not_run, setup),
        cmocka_unit_test_setup(nothing_is_uploaded_while_a_module_is_on_trial_or_about_to_be, setup),
        cmocka_unit_test_setup(what_is_broken_is_refused_and_what_runs_goes_on, setup),
        cmocka_unit_test_setup(a_longest_image_fits_and_touches_nothing_else, setup),
        cmocka_unit_test_setup(flash_that_fails_fails_the_upload_alone, setup),
        cmocka_unit_test_setup(a_stuck_bit_is_found_when_all_is_read_back, setup),
        cmocka_unit_test_setup(a_journal_that_cannot_be_written_tries_nothing_and_confirms_nothing, setup),
        cmocka_unit_test_setup(flash_that_cannot_be_mapped_runs_what_is_built_in, setup),
        cmocka_unit_test_setup(a_board_without_flash_runs_what_is_built_in, setup),
        cmocka_unit_test_setup(the_journal_goes_round_and_wears_both_sectors_alike, setup),
        cmocka_unit_test_setup(power_that_fails_anywhere_in_the_first_upload_leaves_a_whole_module, setup),
        cmocka_unit_test_setup(power_that_fails_anywhere_in_a_later_upload_leaves_the_old_or_the_new_whole, setup),
        cmocka_unit_test_setup(power_that_fails_where_the_journal_turns_over_loses_no_record, setup),
    };
    return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
