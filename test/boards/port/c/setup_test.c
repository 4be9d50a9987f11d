/* The set-up over a serial terminal. */
#include "suite.h"

#include "setup.h"

#define IPV4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static struct setup setup;
static struct setup_dialogue dialogue;
static char shown[8192];

static void show(const char *text) {
    assert_true(strlen(shown) + strlen(text) < sizeof(shown));
    strcat(shown, text);
}

static void begin(bool has_wifi) {
    shown[0] = 0;
    setup_begin(&dialogue, &setup, has_wifi, show);
}

static void begin_new(void) {
    memset(&setup, 0, sizeof(setup));
    setup.address = IPV4(192, 168, 1, 50);
    setup.prefix_length = 24;
    begin(true);
}

/* Is all answered behind the last byte, and not before? */
static bool type(const char *text) {
    bool is_over = false;
    for (; *text != 0; text++) {
        assert_false(is_over);
        is_over = setup_take(&dialogue, *text);
    }
    return is_over;
}

TEST(four_answers_set_a_board_up) {
    begin_new();
    assert_true(type("home\rcorrect horse\r10.0.0.9/16\r10.0.0.1\r"));
    assert_string_equal(setup.ssid, "home");
    assert_string_equal(setup.password, "correct horse");
    assert_int_equal(setup.address, IPV4(10, 0, 0, 9));
    assert_int_equal(setup.prefix_length, 16);
    assert_int_equal(setup.gateway, IPV4(10, 0, 0, 1));
    assert_null(setup_lacks(&setup, true));
}

TEST(each_question_says_what_stands_and_an_empty_answer_keeps_it) {
    begin_new();
    type("home\rcorrect horse\r\r192.168.1.1\r");
    const struct setup before = setup;
    begin(true);
    assert_true(type("\r\r\r\r"));
    assert_memory_equal(&setup, &before, sizeof(setup));
    assert_non_null(strstr(shown, "[home]"));
    assert_non_null(strstr(shown, "[kept]"));
    assert_non_null(strstr(shown, "[192.168.1.50/24]"));
    assert_non_null(strstr(shown, "[192.168.1.1]"));
}

TEST(a_password_is_never_shown) {
    begin_new();
    type("home\rcorrect horse\r\r\r");
    begin(true);
    type("\rbattery staple\r\r\r");
    assert_null(strstr(shown, "horse"));
    assert_null(strstr(shown, "staple"));
}

TEST(without_wifi_it_asks_for_the_address_alone) {
    begin_new();
    begin(false);
    assert_true(type("10.73.0.2/24\r-\r"));
    assert_null(strstr(shown, "Wi-Fi"));
    assert_int_equal(setup.address, IPV4(10, 73, 0, 2));
    assert_null(setup_lacks(&setup, false));
    assert_non_null(setup_lacks(&setup, true));
}

TEST(a_board_without_a_network_cannot_leave_it_empty) {
    begin_new();
    assert_false(type("\r\r\r\r\r\r"));
    assert_true(type("home\r-\r\r\r"));
}

TEST(another_network_has_another_password) {
    begin_new();
    type("home\rcorrect horse\r\r\r");
    begin(true);
    type("home\r\r\r\r");
    assert_string_equal(setup.password, "correct horse");
    begin(true);
    type("cafe\r\r\r\r");
    assert_string_equal(setup.password, "");
    begin(true);
    type("cafe\r");
    assert_non_null(strstr(shown, "[none]"));
}

TEST(answers_that_cannot_be_are_asked_for_again_and_change_nothing) {
    /* 7 characters; 64 that are no key. */
    static const char *const passwords[] = {"1234567", "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss"};
    static const char *const addresses[] = {"10.0.0.9",     "10.0.0.9/31",    "10.0.0.9/0",      "10.0.0.0/24",  "10.0.0.255/24", "0.1.2.3/8",
                                            "127.0.0.1/8",  "224.0.0.1/24",   "255.255.255.254/24", "10.0.0.256/24", "10.0.0/24", "10.0.0.9/24 "};
    static const char *const routers[] = {"10.0.1.1", "10.0.0.9", "10.0.0.0", "10.0.0.255", "none", "0.0.0.0"};
    begin_new();
    assert_false(type("012345678901234567890123456789012\rhome\r"));
    assert_string_equal(setup.ssid, "home");
    for (uint32_t i = 0; i < 2; i++) {
        assert_false(type(passwords[i]));
        assert_false(type("\r"));
        assert_string_equal(setup.password, "");
    }
    assert_false(type("correct horse\r"));
    assert_string_equal(setup.password, "correct horse");
    for (uint32_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        assert_false(type(addresses[i]));
        assert_false(type("\r"));
        assert_int_equal(setup.address, IPV4(192, 168, 1, 50));
    }
    assert_false(type("10.0.0.9/24\r"));
    for (uint32_t i = 0; i < sizeof(routers) / sizeof(routers[0]); i++) {
        assert_false(type(routers[i]));
        assert_false(type("\r"));
        assert_int_equal(setup.gateway, 0);
    }
    assert_true(type("10.0.0.254\r"));
}

TEST(the_router_of_another_network_is_forgotten) {
    begin_new();
    type("home\r-\r192.168.1.50/24\r192.168.1.1\r");
    begin(true);
    assert_true(type("\r\r10.0.0.9/24\r\r"));
    assert_int_equal(setup.gateway, 0);
}

TEST(a_key_of_64_digits_is_taken_for_a_password) {
    begin_new();
    type("home\r0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789abcdef01234567\r");
    assert_int_equal(strlen(setup.password), 64);
}

TEST(what_is_kept_in_flash_is_looked_at_before_it_is_used) {
    begin_new();
    assert_non_null(setup_lacks(&setup, true));
    strcpy(setup.ssid, "home");
    assert_null(setup_lacks(&setup, true));
    strcpy(setup.password, "short");
    assert_non_null(setup_lacks(&setup, true));
    setup.password[0] = 0;
    setup.gateway = IPV4(10, 0, 0, 1);
    assert_non_null(setup_lacks(&setup, true));
    setup.gateway = 0;
    setup.prefix_length = 0;
    assert_non_null(setup_lacks(&setup, true));
    setup.prefix_length = 200;
    assert_non_null(setup_lacks(&setup, true));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_answers_set_a_board_up),
        cmocka_unit_test(each_question_says_what_stands_and_an_empty_answer_keeps_it),
        cmocka_unit_test(a_password_is_never_shown),
        cmocka_unit_test(without_wifi_it_asks_for_the_address_alone),
        cmocka_unit_test(a_board_without_a_network_cannot_leave_it_empty),
        cmocka_unit_test(another_network_has_another_password),
        cmocka_unit_test(answers_that_cannot_be_are_asked_for_again_and_change_nothing),
        cmocka_unit_test(the_router_of_another_network_is_forgotten),
        cmocka_unit_test(a_key_of_64_digits_is_taken_for_a_password),
        cmocka_unit_test(what_is_kept_in_flash_is_looked_at_before_it_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
