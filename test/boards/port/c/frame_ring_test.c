/* The ring of frames between a driver and the loop. */
#include "suite.h"

#include "frame_ring.h"

enum { CAPACITY = 2048, ROUNDS = 20000 };

static uint8_t bytes[CAPACITY] __attribute__((aligned(4)));
static struct frame_ring ring;

/* What a frame is: its length and its content follow from a number. */
static uint32_t length_of(uint32_t number) {
    return 1 + number * 7919 % FRAME_MOST_BYTES;
}

static void fill(uint8_t *frame, uint32_t number, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) frame[i] = (uint8_t)(number * 31 + i);
}

static void put(uint32_t number) {
    uint8_t frame[FRAME_MOST_BYTES];
    fill(frame, number, length_of(number));
    assert_true(frame_ring_put(&ring, frame, length_of(number)));
}

static void take(uint32_t number) {
    uint8_t expected[FRAME_MOST_BYTES];
    uint8_t frame[FRAME_MOST_BYTES];
    fill(expected, number, length_of(number));
    assert_int_equal(frame_ring_take(&ring, frame, sizeof(frame)), length_of(number));
    assert_memory_equal(frame, expected, length_of(number));
}

TEST(frames_come_out_as_they_went_in_at_every_place_of_the_ring) {
    frame_ring_begin(&ring, bytes, CAPACITY);
    for (uint32_t number = 0; number < ROUNDS; number++) {
        put(number);
        take(number);
        assert_true(frame_ring_is_empty(&ring));
    }
}

TEST(frames_wait_in_their_order) {
    uint8_t frame[64];
    frame_ring_begin(&ring, bytes, CAPACITY);
    for (uint8_t round = 0; round < 100; round++) {
        for (uint8_t i = 0; i < 10; i++) {
            memset(frame, i + round, sizeof(frame));
            assert_true(frame_ring_put(&ring, frame, sizeof(frame)));
        }
        for (uint8_t i = 0; i < 10; i++) {
            assert_int_equal(frame_ring_take(&ring, frame, sizeof(frame)), sizeof(frame));
            assert_int_equal(frame[0], (uint8_t)(i + round));
            assert_int_equal(frame[63], (uint8_t)(i + round));
        }
    }
}

TEST(a_frame_without_room_is_dropped_and_counted_and_what_waits_is_untouched) {
    uint8_t frame[FRAME_MOST_BYTES] = {1};
    frame_ring_begin(&ring, bytes, CAPACITY);
    put(7);
    assert_false(frame_ring_put(&ring, frame, FRAME_MOST_BYTES));
    assert_false(frame_ring_put(&ring, frame, FRAME_MOST_BYTES));
    assert_int_equal(ring.full, 2);
    assert_int_equal(ring.frames, 3);
    take(7);
    assert_true(frame_ring_put(&ring, frame, FRAME_MOST_BYTES));
}

/* 2,048 bytes are 32 frames of 60 with their 4. */
TEST(small_frames_take_little_room_and_the_last_byte_of_it_is_used) {
    uint8_t frame[60] = {0};
    frame_ring_begin(&ring, bytes, CAPACITY);
    for (uint32_t i = 0; i < 32; i++) assert_true(frame_ring_put(&ring, frame, sizeof(frame)));
    assert_false(frame_ring_put(&ring, frame, 1));
    assert_int_equal(ring.high_water, CAPACITY);
    assert_int_equal(frame_ring_take(&ring, frame, sizeof(frame)), sizeof(frame));
    assert_true(frame_ring_put(&ring, frame, sizeof(frame)));
    assert_false(frame_ring_put(&ring, frame, 1));
}

TEST(a_check_sequence_that_the_driver_left_is_taken_off_the_longest_frame) {
    uint8_t frame[FRAME_MOST_BYTES + FRAME_CHECK_BYTES];
    uint8_t taken[sizeof(frame)];
    frame_ring_begin(&ring, bytes, CAPACITY);
    fill(frame, 3, sizeof(frame));
    assert_true(frame_ring_put(&ring, frame, sizeof(frame)));
    assert_int_equal(frame_ring_take(&ring, taken, sizeof(taken)), FRAME_MOST_BYTES);
    assert_memory_equal(taken, frame, FRAME_MOST_BYTES);
}

TEST(what_is_no_frame_is_refused_and_counted) {
    uint8_t frame[FRAME_MOST_BYTES + FRAME_CHECK_BYTES + 1] = {0};
    frame_ring_begin(&ring, bytes, CAPACITY);
    assert_false(frame_ring_put(&ring, frame, 0));
    assert_false(frame_ring_put(&ring, frame, sizeof(frame)));
    assert_int_equal(ring.refused, 2);
    assert_int_equal(ring.full, 0);
    assert_true(frame_ring_is_empty(&ring));
    assert_int_equal(frame_ring_take(&ring, frame, sizeof(frame)), 0);
}

TEST(a_reader_with_little_room_is_told_the_length_and_given_what_fits) {
    uint8_t frame[100];
    uint8_t taken[20] = {0};
    fill(frame, 1, sizeof(frame));
    frame_ring_begin(&ring, bytes, CAPACITY);
    assert_true(frame_ring_put(&ring, frame, sizeof(frame)));
    assert_int_equal(frame_ring_take(&ring, taken, 10), sizeof(frame));
    assert_memory_equal(taken, frame, 10);
    assert_int_equal(taken[10], 0);
    assert_true(frame_ring_is_empty(&ring));
}

/* Both numbers wrap at 4 GiB of frames: an hour at 10 Mbit/s. */
TEST(nothing_happens_when_its_numbers_wrap) {
    frame_ring_begin(&ring, bytes, CAPACITY);
    ring.put = UINT32_MAX - 99999 * 4 + 1 - 4;
    ring.taken = ring.put;
    for (uint32_t number = 0; number < ROUNDS; number++) {
        put(number);
        take(number);
    }
    assert_int_equal(ring.full, 0);
}

TEST(the_most_that_ever_waited_is_known) {
    uint8_t frame[96] = {0};
    frame_ring_begin(&ring, bytes, CAPACITY);
    for (int i = 0; i < 3; i++) frame_ring_put(&ring, frame, sizeof(frame));
    for (int i = 0; i < 3; i++) frame_ring_take(&ring, frame, sizeof(frame));
    frame_ring_put(&ring, frame, sizeof(frame));
    assert_int_equal(ring.high_water, 300);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_as_they_went_in_at_every_place_of_the_ring),
        cmocka_unit_test(frames_wait_in_their_order),
        cmocka_unit_test(a_frame_without_room_is_dropped_and_counted_and_what_waits_is_untouched),
        cmocka_unit_test(small_frames_take_little_room_and_the_last_byte_of_it_is_used),
        cmocka_unit_test(a_check_sequence_that_the_driver_left_is_taken_off_the_longest_frame),
        cmocka_unit_test(what_is_no_frame_is_refused_and_counted),
        cmocka_unit_test(a_reader_with_little_room_is_told_the_length_and_given_what_fits),
        cmocka_unit_test(nothing_happens_when_its_numbers_wrap),
        cmocka_unit_test(the_most_that_ever_waited_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
