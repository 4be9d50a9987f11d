/* Lines from a serial terminal. */
#include "suite.h"

#include "line.h"

static struct line line;
/* What the terminal has shown. */
static char shown[512];

/* How many lines were whole. */
static int type(const char *text) {
    int whole = 0;
    char echo[4];
    shown[0] = 0;
    for (; *text != 0; text++) {
        whole += line_take(&line, *text, echo);
        assert_true(strlen(echo) <= 3);
        strcat(shown, echo);
    }
    return whole;
}

static void begin(bool is_secret) {
    memset(&line, 0, sizeof(line));
    line_begin(&line, is_secret);
}

TEST(what_is_typed_is_shown_and_kept) {
    begin(false);
    assert_int_equal(type("home\r"), 1);
    assert_string_equal(line.text, "home");
    assert_string_equal(shown, "home\r\n");
}

TEST(a_secret_is_shown_as_stars) {
    begin(true);
    type("hunter2\n");
    assert_string_equal(line.text, "hunter2");
    assert_string_equal(shown, "*******\r\n");
}

TEST(cr_lf_is_one_end_and_lf_alone_and_cr_alone_are) {
    begin(false);
    assert_int_equal(type("a\r\n"), 1);
    line_begin(&line, false);
    assert_int_equal(type("b\n"), 1);
    assert_int_equal(type("\n"), 1);
    assert_int_equal(type("\r\r"), 2);
}

TEST(letters_are_taken_back_and_none_before_the_first) {
    begin(false);
    type("ab\b\x7f\b\bcd\b\r");
    assert_string_equal(line.text, "c");
    assert_string_equal(shown, "ab\b \b\b \bcd\b \b\r\n");
}

TEST(a_letter_beyond_ascii_is_taken_back_whole) {
    begin(false);
    type("Caf\xc3\xa9\b");
    assert_string_equal(line.text, "Caf");
    type("\xe4\xb8\xad\r");
    assert_string_equal(line.text, "Caf\xe4\xb8\xad");
}

TEST(bytes_that_are_no_letter_at_all_are_taken_back_one_by_one_at_most) {
    begin(false);
    type("\x80\x80\x80\b");
    assert_string_equal(line.text, "");
    assert_int_equal(line.length, 0);
}

TEST(control_characters_are_left_out) {
    begin(false);
    type("\x1b\x01" "a\tb\r");
    assert_string_equal(line.text, "ab");
}

TEST(a_line_that_is_too_long_keeps_its_beginning) {
    begin(false);
    for (int i = 0; i < LINE_MOST + 20; i++) type("x");
    assert_int_equal(line.length, LINE_MOST);
    assert_int_equal(strlen(line.text), LINE_MOST);
    assert_int_equal(type("\r"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_shown_and_kept),
        cmocka_unit_test(a_secret_is_shown_as_stars),
        cmocka_unit_test(cr_lf_is_one_end_and_lf_alone_and_cr_alone_are),
        cmocka_unit_test(letters_are_taken_back_and_none_before_the_first),
        cmocka_unit_test(a_letter_beyond_ascii_is_taken_back_whole),
        cmocka_unit_test(bytes_that_are_no_letter_at_all_are_taken_back_one_by_one_at_most),
        cmocka_unit_test(control_characters_are_left_out),
        cmocka_unit_test(a_line_that_is_too_long_keeps_its_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
