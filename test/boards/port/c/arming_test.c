/* The timer's arming, with a timer that has a clock of its own, as chips have. */
#include "suite.h"

#include "arming.h"

static struct arming arming;
static uint64_t in_us;

static enum arming_action next(bool has_fired, uint64_t now_us) {
    in_us = 0;
    return arming_next(&arming, has_fired, now_us, &in_us);
}

static void begin(void) {
    memset(&arming, 0, sizeof(arming));
}

TEST(a_board_that_is_not_armed_sleeps_without_a_timer) {
    begin();
    assert_int_equal(next(false, 5), ARMING_SLEEP);
}

TEST(the_timer_is_to_fire_when_the_ms_begins_and_not_a_us_before) {
    begin();
    arming_set(&arming, 1500, 1234567);
    assert_int_equal(next(false, 1234567), ARMING_START);
    assert_int_equal(in_us, 1500000 - 1234567);
    /* Some of the time is gone when it comes to it. */
    arming_set(&arming, 1501, 1234567);
    assert_int_equal(next(false, 1234600), ARMING_START);
    assert_int_equal(in_us, 1501000 - 1234600);
}

TEST(a_time_that_is_there_or_past_is_due_at_once_and_told_once) {
    begin();
    arming_set(&arming, 1234, 1234567);
    assert_int_equal(next(false, 1234567), ARMING_DUE);
    assert_int_equal(next(false, 1234567), ARMING_SLEEP);
    arming_set(&arming, 1000, 1234567);
    assert_int_equal(next(false, 1234567), ARMING_DUE);
}

TEST(a_timer_that_runs_for_this_time_is_left_alone) {
    begin();
    arming_set(&arming, 20, 1000);
    assert_int_equal(next(false, 1000), ARMING_START);
    assert_int_equal(next(false, 2000), ARMING_SLEEP);
    arming_set(&arming, 20, 3000);
    assert_int_equal(next(false, 3000), ARMING_SLEEP);
}

TEST(another_time_replaces_it_sooner_or_later) {
    begin();
    arming_set(&arming, 20, 0);
    assert_int_equal(next(false, 0), ARMING_START);
    arming_set(&arming, 10, 0);
    assert_int_equal(next(false, 0), ARMING_START);
    assert_int_equal(in_us, 10000);
    arming_set(&arming, 30, 0);
    assert_int_equal(next(false, 0), ARMING_START);
    assert_int_equal(in_us, 30000);
}

TEST(a_timer_that_fires_too_early_is_asked_for_the_rest) {
    begin();
    arming_set(&arming, 20, 0);
    assert_int_equal(next(false, 0), ARMING_START);
    assert_int_equal(next(true, 19990), ARMING_START);
    assert_int_equal(in_us, 10);
    assert_int_equal(next(true, 20000), ARMING_DUE);
}

TEST(a_board_that_is_disarmed_stops_its_timer_once) {
    begin();
    arming_set(&arming, 20, 0);
    assert_int_equal(next(false, 0), ARMING_START);
    arming_clear(&arming);
    assert_int_equal(next(false, 1), ARMING_STOP);
    assert_int_equal(next(false, 2), ARMING_SLEEP);
}

TEST(the_same_time_again_after_the_timer_was_stopped_starts_it) {
    begin();
    arming_set(&arming, 20, 0);
    assert_int_equal(next(false, 0), ARMING_START);
    arming_clear(&arming);
    assert_int_equal(next(false, 1), ARMING_STOP);
    arming_set(&arming, 20, 2);
    assert_int_equal(next(false, 2), ARMING_START);
}

/* ms wrap after 49.7 days; the clock behind them does not. */
TEST(times_beyond_the_wrap_of_ms_are_ahead) {
    begin();
    uint64_t now_us = ((UINT64_C(1) << 32) - 5) * 1000 + 250;
    arming_set(&arming, 10, now_us);
    assert_int_equal(next(false, now_us), ARMING_START);
    assert_int_equal(in_us, 15 * 1000 - 250);
    arming_set(&arming, UINT32_MAX - 9, now_us);
    assert_int_equal(next(false, now_us), ARMING_DUE);
}

TEST(the_longest_wait_is_24_days) {
    begin();
    arming_set(&arming, INT32_MAX, 0);
    assert_int_equal(next(false, 0), ARMING_START);
    assert_true(in_us == UINT64_C(2147483647000));
}

/* The timer's clock is 200 ppm fast, as no crystal is: the loop is told at its time, within a ms, and never left asleep. */
TEST(a_timer_with_a_clock_of_its_own_loses_no_time) {
    for (uint32_t at = 1; at < 100000; at += 97) {
        begin();
        uint64_t now = 777;
        int starts = 0;
        bool has_fired = false;
        arming_set(&arming, at, now);
        enum arming_action action;
        while ((action = next(has_fired, now)) == ARMING_START) {
            assert_true(++starts < 4);
            now += in_us - in_us / 5000;
            has_fired = true;
        }
        assert_int_equal(action, ARMING_DUE);
        assert_true(now >= (uint64_t)at * 1000 && now < (uint64_t)at * 1000 + 1000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_board_that_is_not_armed_sleeps_without_a_timer),
        cmocka_unit_test(the_timer_is_to_fire_when_the_ms_begins_and_not_a_us_before),
        cmocka_unit_test(a_time_that_is_there_or_past_is_due_at_once_and_told_once),
        cmocka_unit_test(a_timer_that_runs_for_this_time_is_left_alone),
        cmocka_unit_test(another_time_replaces_it_sooner_or_later),
        cmocka_unit_test(a_timer_that_fires_too_early_is_asked_for_the_rest),
        cmocka_unit_test(a_board_that_is_disarmed_stops_its_timer_once),
        cmocka_unit_test(the_same_time_again_after_the_timer_was_stopped_starts_it),
        cmocka_unit_test(times_beyond_the_wrap_of_ms_are_ahead),
        cmocka_unit_test(the_longest_wait_is_24_days),
        cmocka_unit_test(a_timer_with_a_clock_of_its_own_loses_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
