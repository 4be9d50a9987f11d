/* The port for uploads, with peers that mean well, are slow, lie, or go away. */
#include "suite.h"

#include <stdio.h>

#include "answer.h"
#include "firmshake.h"
#include "flash.h"
#include "network.h"
#include "samples.h"
#include "slot.h"
#include "upload.h"

static const char KEY[] = "0123456789abcdef";
static struct sample first;
static struct sample second;

static const struct core_module *boot(void) {
    flash.restart_in = 0;
    flash.log[0] = 0;
    network_reset();
    const struct core_module *module = slot_boot(sample_built_in(), SAMPLE_MEMORY_BYTES);
    assert_true(upload_begin(UPLOAD_PORT, KEY, 16));
    return module;
}

static int setup(void **state) {
    (void)state;
    const struct sample_options one = {.padding = 5000, .seed = 1};
    const struct sample_options two = {.padding = 9000, .seed = 2};
    sample_image(&first, &one);
    sample_image(&second, &two);
    flash_reset();
    boot();
    return 0;
}

/* What a head says, as far as it is not what the image says. */
struct put {
    const char *key;
    uint32_t sequence;
    uint32_t length;
    const char *fields;
};

static uint32_t put_head(char text[1024], const struct sample *image, struct put put) {
    uint8_t digest[DIGEST_BYTES];
    uint8_t code[DIGEST_BYTES];
    char hex[DIGEST_DIGITS + 1];
    char signature[DIGEST_DIGITS + 1];
    char message[160];
    uint32_t sequence = put.sequence != 0 ? put.sequence : slot_status().sequence;
    uint32_t length = put.length != 0 ? put.length : image->length;
    sample_digest(image, digest);
    answer_hex(hex, digest);
    snprintf(message, sizeof(message), "PUT /module\n%u\n%u\n%s\n", sequence, length, hex);
    digest_hmac(put.key != NULL ? put.key : KEY, 16, message, (uint32_t)strlen(message), code);
    answer_hex(signature, code);
    return (uint32_t)snprintf(text, 1024,
                              "PUT /module HTTP/1.1\r\nContent-Length: %u\r\n%sFirmshake-Sequence: %u\r\nFirmshake-SHA256: %s\r\n"
                              "Firmshake-Signature: %s\r\n\r\n",
                              length, put.fields != NULL ? put.fields : "", sequence, hex, signature);
}

static struct peer *begin_put(const struct sample *image, struct put put) {
    char head[1024];
    uint32_t length = put_head(head, image, put);
    struct peer *peer = network_connect();
    network_send(peer, head, length);
    return peer;
}

static struct peer *put(const struct sample *image, struct put put) {
    struct peer *peer = begin_put(image, put);
    network_send(peer, image->bytes, image->length);
    return peer;
}

static struct peer *ask(const char *text) {
    struct peer *peer = network_connect();
    network_send(peer, text, (uint32_t)strlen(text));
    return peer;
}

static const char GET[] = "GET /module HTTP/1.1\r\nHost: board\r\n\r\n";
#define AS_IS ((struct put){0})

static int status_of(const struct peer *peer) {
    int status = 0;
    return sscanf(peer->got, "HTTP/1.1 %d ", &status) == 1 ? status : 0;
}

/* One answer, of the length that it says, and the board's FIN behind it. */
static void expect_answer(const struct peer *peer, int status, const char *text) {
    unsigned length = 0;
    const char *body = strstr(peer->got, "\r\n\r\n");
    if (status_of(peer) != status) fail_msg("not %d: %s", status, peer->got);
    assert_non_null(body);
    const char *field = strstr(peer->got, "Content-Length: ");
    assert_non_null(field);
    assert_int_equal(sscanf(field, "Content-Length: %u", &length), 1);
    assert_int_equal(strlen(body + 4), length);
    if (strstr(body, text) == NULL) fail_msg("no '%s': %s", text, body);
    assert_true(peer->is_shut);
}

static void close_peer(void *peer) {
    network_fin(peer);
}

static void restart_by(struct peer *peer) {
    assert_int_equal(flash_live(close_peer, peer), END_RESTART);
}

TEST(without_a_key_there_is_no_port) {
    network_reset();
    slot_boot(sample_built_in(), SAMPLE_MEMORY_BYTES);
    assert_false(upload_begin(UPLOAD_PORT, KEY, 0));
    assert_false(upload_begin(UPLOAD_PORT, KEY, 15));
    assert_false(upload_begin(UPLOAD_PORT, "", UPLOAD_KEY_MOST + 1));
    assert_false(network.is_listening);
    flash.length = 0;
    slot_boot(sample_built_in(), SAMPLE_MEMORY_BYTES);
    assert_false(upload_begin(UPLOAD_PORT, KEY, 16));
    assert_false(network.is_listening);
}

TEST(who_asks_is_told_what_runs) {
    struct peer *peer = ask(GET);
    expect_answer(peer, 200, "\"state\":\"empty\",\"running\":\"built-in\",\"profile\":\"built-in\"");
    network_fin(peer);
    assert_true(peer->is_closed);
}

TEST(an_upload_is_answered_and_then_the_board_restarts_and_runs_it) {
    struct peer *peer = put(&first, AS_IS);
    expect_answer(peer, 202, "the board restarts");
    restart_by(peer);
    assert_int_equal(boot()->length, first.length - 64);
    assert_true(slot_is_trying());
}

TEST(an_upload_in_parts_of_any_size_is_the_same) {
    static const uint32_t sizes[] = {1, 7, 1460, 4096, 4097};
    for (uint32_t i = 0; i < 5; i++) {
        setup(NULL);
        struct peer *peer = begin_put(&first, AS_IS);
        for (uint32_t at = 0; at < first.length; at += sizes[i]) {
            uint32_t left = first.length - at;
            network_send(peer, first.bytes + at, left < sizes[i] ? left : sizes[i]);
        }
        expect_answer(peer, 202, "uploaded");
    }
}

TEST(who_expects_to_be_told_goes_on_when_it_was) {
    struct peer *peer = begin_put(&first, (struct put){.fields = "Expect: 100-continue\r\n"});
    assert_string_equal(peer->got, "HTTP/1.1 100 Continue\r\n\r\n");
    struct peer *other = begin_put(&first, (struct put){.fields = "Expect: 100-continue\r\n", .key = "another key....."});
    expect_answer(other, 403, "another key");
}

/* Nobody who has no key wears out the flash. */
TEST(what_is_not_signed_or_by_another_key_touches_no_flash) {
    uint32_t operations = flash.operations;
    expect_answer(put(&first, (struct put){.key = "another key....."}), 403, "another key");
    expect_answer(ask("PUT /module HTTP/1.1\r\nContent-Length: 100\r\n\r\n"), 401, "not signed");
    assert_int_equal(flash.operations, operations);
}

TEST(a_signature_is_of_this_image_this_length_and_this_number) {
    char head[1024];
    put_head(head, &first, AS_IS);
    static const char *const names[] = {"Content-Length: ", "Firmshake-Sequence: ", "Firmshake-SHA256: ", "Firmshake-Signature: "};
    for (uint32_t i = 0; i < 4; i++) {
        char changed[1024];
        strcpy(changed, head);
        char *digit = strstr(changed, names[i]) + strlen(names[i]);
        *digit = *digit == '2' ? '3' : '2';
        struct peer *peer = ask(changed);
        expect_answer(peer, 403, "another key");
        network_fin(peer);
    }
}

TEST(an_upload_that_was_overheard_cannot_be_sent_again) {
    char head[1024];
    uint32_t length = put_head(head, &first, AS_IS);
    struct peer *peer = network_connect();
    network_send(peer, head, length);
    network_lose(peer);
    expect_answer(ask(head), 409, "another sequence number");
}

TEST(what_is_too_long_or_of_no_length_is_refused) {
    uint32_t operations = flash.operations;
    expect_answer(begin_put(&first, (struct put){.length = REGION_BYTES + 1}), 413, "longer than the slot");
    struct peer *peer = ask("PUT /module HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n");
    expect_answer(peer, 413, "longer than the slot");
    network_fin(peer);
    expect_answer(ask("PUT /module HTTP/1.1\r\n\r\n"), 411, "Content-Length");
    network_pass(UPLOAD_CLOSE_MS);
    expect_answer(ask("PUT /module HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 411, "Content-Length");
    assert_int_equal(flash.operations, operations);
}

TEST(what_this_port_is_not_for_is_refused) {
    expect_answer(ask("GET / HTTP/1.1\r\n\r\n"), 404, "/module");
    expect_answer(ask("DELETE /module HTTP/1.1\r\n\r\n"), 405, "GET or PUT");
    network_pass(UPLOAD_CLOSE_MS);
    expect_answer(ask("\x16\x03\x01\x02\n"), 400, "not understood");
}

TEST(what_is_cut_off_or_is_no_module_is_refused_and_the_next_is_taken) {
    static struct sample broken;
    struct peer *peer = begin_put(&first, AS_IS);
    network_send(peer, first.bytes, first.length - 1);
    network_fin(peer);
    expect_answer(peer, 400, "not whole");
    broken = first;
    memset(broken.bytes + 70, 0, 200);
    peer = put(&broken, AS_IS);
    expect_answer(peer, 400, "");
    network_fin(peer);
    peer = put(&first, (struct put){.length = first.length + 1});
    network_fin(peer);
    expect_answer(peer, 400, "not whole");
    expect_answer(put(&first, AS_IS), 202, "uploaded");
}

TEST(a_connection_that_is_lost_leaves_room_for_the_next) {
    for (uint32_t i = 0; i < 5; i++) {
        struct peer *peer = begin_put(&first, AS_IS);
        network_send(peer, first.bytes, 1000 * i);
        network_lose(peer);
        assert_true(peer->is_closed);
    }
    expect_answer(put(&first, AS_IS), 202, "uploaded");
}

TEST(one_uploads_at_a_time_and_who_asks_meanwhile_is_answered) {
    struct peer *peer = begin_put(&first, AS_IS);
    network_send(peer, first.bytes, 1000);
    struct peer *other = begin_put(&second, AS_IS);
    expect_answer(other, 503, "another upload is under way");
    network_fin(other);
    other = ask(GET);
    expect_answer(other, 200, "\"state\":\"writing\"");
    /* A third waits until one of the two has gone. */
    struct peer *third = ask(GET);
    assert_false(third->is_accepted);
    network_fin(other);
    expect_answer(third, 200, "writing");
    network_send(peer, first.bytes + 1000, first.length - 1000);
    expect_answer(peer, 202, "uploaded");
}

TEST(a_head_that_does_not_come_is_let_go_after_5_s) {
    struct peer *peer = network_connect();
    for (int i = 0; i < 4; i++) {
        network_pass(1000);
        network_send(peer, "a", 1);
    }
    network_pass(999);
    assert_int_equal(status_of(peer), 0);
    network_pass(1);
    expect_answer(peer, 408, "too slow");
    network_pass(UPLOAD_CLOSE_MS);
    assert_true(peer->is_reset);
}

TEST(a_body_that_stops_is_let_go_after_5_s) {
    struct peer *peer = begin_put(&first, AS_IS);
    network_pass(4999);
    network_send(peer, first.bytes, 1000);
    network_pass(4999);
    assert_int_equal(status_of(peer), 0);
    network_pass(1);
    expect_answer(peer, 408, "too slow");
    network_fin(peer);
    expect_answer(put(&first, AS_IS), 202, "uploaded");
}

TEST(a_body_that_trickles_is_let_go_after_a_minute) {
    struct peer *peer = begin_put(&first, AS_IS);
    for (uint32_t i = 0; i < 59; i++) {
        network_pass(1000);
        network_send(peer, first.bytes + i, 1);
    }
    network_pass(999);
    assert_int_equal(status_of(peer), 0);
    network_pass(1);
    expect_answer(peer, 408, "too slow");
}

TEST(strangers_who_say_nothing_keep_nobody_out_for_long) {
    struct peer *silent[3];
    for (int i = 0; i < 3; i++) silent[i] = network_connect();
    struct peer *peer = ask(GET);
    assert_false(peer->is_accepted);
    network_pass(UPLOAD_HEAD_MS + UPLOAD_CLOSE_MS);
    expect_answer(peer, 200, "empty");
    assert_true(silent[0]->is_reset && silent[1]->is_reset);
}

TEST(a_peer_that_does_not_close_is_let_go_and_the_board_restarts_all_the_same) {
    struct peer *peer = put(&first, AS_IS);
    expect_answer(peer, 202, "uploaded");
    assert_true(network.has_alarm);
    enum end end = (enum end)setjmp(flash.life);
    if (end == END_NONE) network_pass(UPLOAD_CLOSE_MS);
    assert_int_equal(end, END_RESTART);
}

TEST(an_answer_that_finds_little_room_comes_in_parts) {
    network.room = 100;
    struct peer *peer = ask(GET);
    assert_int_equal(peer->got_length, 100);
    assert_false(peer->is_shut);
    for (int i = 0; i < 5; i++) {
        network.room = 100;
        upload_told(peer->handle, FSK_EVENT_WRITABLE);
    }
    expect_answer(peer, 200, "empty");
}

static void try_first(void) {
    restart_by(put(&first, AS_IS));
    boot();
    assert_true(slot_is_trying());
}

TEST(a_module_has_served_when_an_answer_of_it_was_acknowledged) {
    try_first();
    struct peer *peer = network_connect();
    assert_true(slot_is_trying());
    peer->is_deaf = true;
    network_send(peer, GET, sizeof(GET) - 1);
    expect_answer(peer, 200, "\"state\":\"trying\",\"running\":\"A\",\"profile\":\"sample\"");
    network_fin(peer);
    assert_true(slot_is_trying());
    network_hear(peer);
    assert_false(slot_is_trying());
    assert_int_equal(slot_status().state, SLOT_CONFIRMED);
    assert_int_equal(flash.restart_in, 0);
}

TEST(a_peer_that_got_its_answer_and_does_not_close_counts_too) {
    try_first();
    struct peer *peer = ask(GET);
    network_pass(UPLOAD_CLOSE_MS);
    assert_true(peer->is_reset);
    assert_int_equal(slot_status().state, SLOT_CONFIRMED);
}

TEST(connections_that_get_no_answer_do_not_count) {
    try_first();
    struct peer *peer = network_connect();
    network_fin(peer);
    peer = network_connect();
    network_lose(peer);
    peer = network_connect();
    peer->is_deaf = true;
    network_send(peer, GET, sizeof(GET) - 1);
    network_pass(UPLOAD_CLOSE_MS);
    assert_true(peer->is_reset);
    assert_true(slot_is_trying());
    assert_int_equal(flash.restart_in, SLOT_TRIAL_MS);
}

static void trap(void *unused) {
    (void)unused;
    upload_told(0, FSK_EVENT_RESTARTED);
}

TEST(a_module_that_traps_on_trial_is_rolled_back_at_once) {
    try_first();
    assert_int_equal(flash_live(trap, NULL), END_RESTART);
    assert_ptr_equal(boot(), sample_built_in());
    assert_int_equal(slot_status().state, SLOT_ROLLED_BACK);
}

TEST(a_confirmed_module_that_traps_listens_again) {
    try_first();
    network_fin(ask(GET));
    assert_int_equal(slot_status().state, SLOT_CONFIRMED);
    struct peer *peer = begin_put(&second, AS_IS);
    network.is_listening = false;
    peer->is_reset = true;
    trap(NULL);
    assert_true(network.is_listening);
    expect_answer(put(&second, AS_IS), 202, "uploaded");
}

TEST(a_confirmed_module_that_traps_again_and_again_is_rolled_back) {
    try_first();
    network_fin(ask(GET));
    trap(NULL);
    trap(NULL);
    assert_int_equal(flash_live(trap, NULL), END_RESTART);
    assert_ptr_equal(boot(), sample_built_in());
    assert_int_equal(slot_status().state, SLOT_ROLLED_BACK);
}

TEST(a_trap_between_an_upload_and_the_restart_loses_no_upload) {
    try_first();
    network_fin(ask(GET));
    trap(NULL);
    trap(NULL);
    expect_answer(put(&second, AS_IS), 202, "uploaded");
    assert_int_equal(flash_live(trap, NULL), END_RESTART);
    assert_int_equal(boot()->length, second.length - 64);
    assert_true(slot_is_trying());
}

TEST(flash_that_fails_is_said) {
    struct peer *peer = begin_put(&first, AS_IS);
    flash.fails_at = flash.operations;
    network_send(peer, first.bytes, 1000);
    expect_answer(peer, 500, "cannot be erased");
    network_fin(peer);
    peer = begin_put(&first, AS_IS);
    expect_answer(peer, 500, "journal");
}

TEST(flash_that_fails_when_all_has_come_is_said_too) {
    struct peer *peer = begin_put(&first, AS_IS);
    network_send(peer, first.bytes, first.length - 1);
    /* One write for the byte, and then one for the record. */
    flash.fails_at = flash.operations + 1;
    network_send(peer, first.bytes + first.length - 1, 1);
    expect_answer(peer, 500, "journal");
    network_fin(peer);
    flash.fails_at = UINT32_MAX;
    assert_ptr_equal(boot(), sample_built_in());
}

TEST(what_is_not_of_this_port_is_left_to_others) {
    assert_false(upload_told(77, FSK_EVENT_READABLE));
    assert_false(upload_told(0, FSK_EVENT_TIME));
    assert_false(upload_told(0, FSK_EVENT_ADDRESS_CONFLICT));
    assert_true(upload_told(network.listener, FSK_EVENT_ACCEPTABLE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_key_there_is_no_port, setup),
        cmocka_unit_test_setup(who_asks_is_told_what_runs, setup),
        cmocka_unit_test_setup(an_upload_is_answered_and_then_the_board_restarts_and_runs_it, setup),
        cmocka_unit_test_setup(an_upload_in_parts_of_any_size_is_the_same, setup),
        cmocka_unit_test_setup(who_expects_to_be_told_goes_on_when_it_was, setup),
        cmocka_unit_test_setup(what_is_not_signed_or_by_another_key_touches_no_flash, setup),
        cmocka_unit_test_setup(a_signature_is_of_this_image_this_length_and_this_number, setup),
        cmocka_unit_test_setup(an_upload_that_was_overheard_cannot_be_sent_again, setup),
        cmocka_unit_test_setup(what_is_too_long_or_of_no_length_is_refused, setup),
        cmocka_unit_test_setup(what_this_port_is_not_for_is_refused, setup),
        cmocka_unit_test_setup(what_is_cut_off_or_is_no_module_is_refused_and_the_next_is_taken, setup),
        cmocka_unit_test_setup(a_connection_that_is_lost_leaves_room_for_the_next, setup),
        cmocka_unit_test_setup(one_uploads_at_a_time_and_who_asks_meanwhile_is_answered, setup),
        cmocka_unit_test_setup(a_head_that_does_not_come_is_let_go_after_5_s, setup),
        cmocka_unit_test_setup(a_body_that_stops_is_let_go_after_5_s, setup),
        cmocka_unit_test_setup(a_body_that_trickles_is_let_go_after_a_minute, setup),
        cmocka_unit_test_setup(strangers_who_say_nothing_keep_nobody_out_for_long, setup),
        cmocka_unit_test_setup(a_peer_that_does_not_close_is_let_go_and_the_board_restarts_all_the_same, setup),
        cmocka_unit_test_setup(an_answer_that_finds_little_room_comes_in_parts, setup),
        cmocka_unit_test_setup(a_module_has_served_when_an_answer_of_it_was_acknowledged, setup),
        cmocka_unit_test_setup(a_peer_that_got_its_answer_and_does_not_close_counts_too, setup),
        cmocka_unit_test_setup(connections_that_get_no_answer_do_not_count, setup),
        cmocka_unit_test_setup(a_module_that_traps_on_trial_is_rolled_back_at_once, setup),
        cmocka_unit_test_setup(a_confirmed_module_that_traps_listens_again, setup),
        cmocka_unit_test_setup(a_confirmed_module_that_traps_again_and_again_is_rolled_back, setup),
        cmocka_unit_test_setup(a_trap_between_an_upload_and_the_restart_loses_no_upload, setup),
        cmocka_unit_test_setup(flash_that_fails_is_said, setup),
        cmocka_unit_test_setup(flash_that_fails_when_all_has_come_is_said_too, setup),
        cmocka_unit_test_setup(what_is_not_of_this_port_is_left_to_others, setup),
    };
    return cmocka_run_group_tests_name("upload", tests, NULL, NULL);
}
