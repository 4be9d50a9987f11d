/* Heads of HTTP requests, from who means well and from who does not. RFC 9112. */
#include "suite.h"

#include "request.h"

#define DIGITS16 "00112233445566778899aabbccddeeff"
#define HEX DIGITS16 DIGITS16
#define PUT_LINE "PUT /module HTTP/1.1\r\n"

static struct request request;

/* In parts of so many bytes, each in memory of its own. Gives how many belong to the head. */
static uint32_t take_in_parts(const char *text, uint32_t length, uint32_t part) {
    uint32_t taken = 0;
    request_begin(&request);
    for (uint32_t at = 0; at < length && taken == at; at += part) {
        uint32_t size = length - at < part ? length - at : part;
        uint8_t *bytes = malloc(size);
        memcpy(bytes, text + at, size);
        taken += request_take(&request, bytes, size);
        free(bytes);
    }
    return taken;
}

static uint32_t take(const char *text) {
    return take_in_parts(text, (uint32_t)strlen(text), UINT32_MAX);
}

static void expect_status(const char *text, int status) {
    take(text);
    if (request.step != REQUEST_BAD || request.status != status)
        fail_msg("%d in step %d and not %d: %.60s", request.status, request.step, status, text);
}

static const char WHOLE[] = PUT_LINE "Host: 10.73.0.2:8266\r\nuser-agent: curl/8\r\nContent-Length: 12345\r\nEXPECT: 100-Continue\r\n"
                                     "firmshake-sequence:7\r\nFirmshake-SHA256: \t" HEX " \r\nFirmshake-Signature: " HEX "\r\n\r\n";

TEST(a_whole_head_is_understood_however_it_is_cut) {
    static const char body[] = "PUT /module HTTP/1.1\r\n";
    char text[1024];
    snprintf(text, sizeof(text), "%s%s", WHOLE, body);
    for (uint32_t part = 1; part < sizeof(WHOLE) + 5; part++) {
        /* What is behind the head is left. */
        assert_int_equal(take_in_parts(text, (uint32_t)strlen(text), part), sizeof(WHOLE) - 1);
        assert_int_equal(request.step, REQUEST_WHOLE);
        assert_int_equal(request.method, METHOD_PUT);
        assert_true(request.is_module && request.has_length && request.has_sequence && request.has_digest);
        assert_true(request.has_signature && request.expects_continue && !request.has_encoding);
        assert_int_equal(request.length, 12345);
        assert_int_equal(request.sequence, 7);
        assert_int_equal(request.digest[1], 0x11);
        assert_int_equal(request.signature[31], 0xff);
    }
}

TEST(a_head_that_is_not_at_its_end_is_waited_for) {
    for (uint32_t length = 0; length < sizeof(WHOLE) - 1; length++) {
        assert_int_equal(take_in_parts(WHOLE, length, UINT32_MAX), length);
        assert_true(request.step < REQUEST_WHOLE);
    }
}

TEST(methods_and_paths_are_told_apart) {
    take("GET /module HTTP/1.0\n\n");
    assert_true(request.step == REQUEST_WHOLE && request.method == METHOD_GET && request.is_module);
    take("POST /module HTTP/1.1\r\n\r\n");
    assert_true(request.step == REQUEST_WHOLE && request.method == METHOD_OTHER && request.is_module);
    static const char *const others[] = {"/", "/modul", "/module/", "/module?x", "/modulex", "module", "/MODULE", "http://a/module"};
    for (uint32_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        char text[80];
        snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n\r\n", others[i]);
        take(text);
        assert_true(request.step == REQUEST_WHOLE && !request.is_module);
    }
}

TEST(what_is_no_http_is_refused) {
    static const char *const lines[] = {"\r\n", "GET\r\n", "GET /module\r\n", "GET /module HTTPS/1.1\r\n", "GET  /module HTTP/1.1\r\n",
                                        "GET /module HTTP/1.1 \r\n", "GET /mo dule HTTP/1.1\r\n", "\x16\x03\x01", "GET /module\tHTTP/1.1\r\n",
                                        "GET /module HTTP/1.1\r\r\n", "GET\r /module HTTP/1.1\r\n"};
    for (uint32_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) expect_status(lines[i], 400);
    expect_status("GET /module HTTP/2.0\r\n", 505);
    expect_status("GET /module HTTP/1.10\r\n", 505);
    expect_status("GET /module HTTP/1.\r\n", 505);
}

TEST(fields_that_could_mean_two_things_are_refused) {
    static const char *const fields[] = {
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +1\r\n",
        "Content-Length: 0x10\r\n",
        "Content-Length:\r\n",
        "Content-Length: 1 2\r\n",
        "Content-Length : 5\r\n",
        " Content-Length: 5\r\n",
        "Host: a\r\n\tfolded\r\n",
        ": 5\r\n",
        "no colon\r\n",
        "Firmshake-Sequence: 1\r\nFirmshake-Sequence: 2\r\n",
        "Firmshake-SHA256: " DIGITS16 "\r\n",
        "Firmshake-SHA256: " HEX "0\r\n",
        "Firmshake-Signature: " DIGITS16 "00112233445566778899aabbccddeefg\r\n",
        "Firmshake-Signature:\r\n",
        "Host: a\rb\r\n",
        "Host: a\x01\r\n",
        "Host: a\x7f\r\n",
    };
    for (uint32_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), PUT_LINE "%s\r\n", fields[i]);
        expect_status(text, 400);
    }
    request_begin(&request);
    request_take(&request, (const uint8_t *)"GET /mod\0ule", 12);
    assert_int_equal(request.status, 400);
}

TEST(a_length_beyond_all_numbers_is_the_largest_and_not_a_small_one) {
    take(PUT_LINE "Content-Length: 4294967296\r\n\r\n");
    assert_int_equal(request.length, UINT32_MAX);
    take(PUT_LINE "Content-Length: 99999999999999999999999999999999999999999999\r\n\r\n");
    assert_int_equal(request.length, UINT32_MAX);
    take(PUT_LINE "Content-Length: 00000000000000000000000000000000000000000007\r\n\r\n");
    assert_int_equal(request.length, 7);
}

TEST(another_way_to_tell_the_length_is_seen) {
    take(PUT_LINE "transfer-encoding: chunked\r\nContent-Length: 4\r\n\r\n");
    assert_true(request.has_encoding);
}

static void fill(char *text, const char *before, char with, uint32_t count, const char *after) {
    size_t length = strlen(before);
    memcpy(text, before, length);
    memset(text + length, with, count);
    strcpy(text + length + count, after);
}

TEST(a_long_field_of_others_is_passed_over_and_one_of_ours_is_refused) {
    char text[REQUEST_HEAD_BYTES];
    for (uint32_t length = 100; length < 140; length++) {
        fill(text, PUT_LINE "Cookie: ", 'x', length, "\r\nContent-Length: 3\r\n\r\n");
        take(text);
        assert_true(request.step == REQUEST_WHOLE && request.has_length);
        fill(text, PUT_LINE, 'n', length, ": x\r\n\r\n");
        take(text);
        assert_int_equal(request.step, REQUEST_WHOLE);
        /* Zeros before a number change nothing, as long as they can be seen. */
        fill(text, PUT_LINE "Content-Length: ", '0', length, "5\r\n\r\n");
        take(text);
        assert_true(request.step == REQUEST_BAD || request.length == 5);
    }
    assert_int_equal(request.step, REQUEST_BAD);
}

TEST(a_head_that_is_too_long_is_refused) {
    static char text[3 * REQUEST_HEAD_BYTES];
    fill(text, "GET /", 'm', 200, " HTTP/1.1\r\n\r\n");
    expect_status(text, 414);
    fill(text, PUT_LINE "Cookie: ", 'x', 2 * REQUEST_HEAD_BYTES, "\r\n\r\n");
    expect_status(text, 431);
    assert_true(request.taken <= REQUEST_HEAD_BYTES);
    strcpy(text, PUT_LINE);
    while (strlen(text) < REQUEST_HEAD_BYTES) strcat(text, "a:b\r\n");
    expect_status(text, 431);
    /* Without an end of the line, too. */
    fill(text, "", 'G', REQUEST_HEAD_BYTES + 1, "");
    expect_status(text, 431);
}

TEST(nothing_is_taken_behind_a_bad_head) {
    assert_int_equal(take("GET\r\nGET /module HTTP/1.1\r\n\r\n"), 5);
    assert_int_equal(request_take(&request, (const uint8_t *)"GET", 3), 0);
}

TEST(no_byte_that_is_changed_breaks_the_parser) {
    char text[sizeof(WHOLE)];
    uint32_t seed = 7;
    uint32_t whole = 0;
    for (uint32_t i = 0; i < 30000; i++) {
        memcpy(text, WHOLE, sizeof(WHOLE));
        for (uint32_t changes = 0; changes < 1 + i % 4; changes++) {
            seed = seed * 1664525 + 1013904223;
            text[(seed >> 8) % (sizeof(WHOLE) - 1)] = (char)(seed >> 24);
        }
        take_in_parts(text, sizeof(WHOLE) - 1, 1 + i % 97);
        whole += request.step == REQUEST_WHOLE;
        assert_true(request.taken <= sizeof(WHOLE) - 1);
    }
    assert_in_range(whole, 1000, 29000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_head_is_understood_however_it_is_cut),
        cmocka_unit_test(a_head_that_is_not_at_its_end_is_waited_for),
        cmocka_unit_test(methods_and_paths_are_told_apart),
        cmocka_unit_test(what_is_no_http_is_refused),
        cmocka_unit_test(fields_that_could_mean_two_things_are_refused),
        cmocka_unit_test(a_length_beyond_all_numbers_is_the_largest_and_not_a_small_one),
        cmocka_unit_test(another_way_to_tell_the_length_is_seen),
        cmocka_unit_test(a_long_field_of_others_is_passed_over_and_one_of_ours_is_refused),
        cmocka_unit_test(a_head_that_is_too_long_is_refused),
        cmocka_unit_test(nothing_is_taken_behind_a_bad_head),
        cmocka_unit_test(no_byte_that_is_changed_breaks_the_parser),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
