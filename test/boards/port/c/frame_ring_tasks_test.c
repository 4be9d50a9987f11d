/* The ring of frames between two tasks, under ThreadSanitizer: it tells of every access that is not ordered. */
#include "suite.h"

#include <pthread.h>
#include <sched.h>

#include "frame_ring.h"

enum { CAPACITY = 4096, FRAMES = 50000, HEADER = 4, MOST = 600 };

static uint8_t bytes[CAPACITY] __attribute__((aligned(4)));
static struct frame_ring ring;
static _Atomic bool is_over;

static uint32_t length_of(uint32_t number) {
    return HEADER + number * 7919 % (MOST - HEADER);
}

/* The number, and bytes that follow from it. */
static void make(uint8_t *frame, uint32_t number) {
    memcpy(frame, &number, HEADER);
    memset(frame + HEADER, (int)(number & 0xff), length_of(number) - HEADER);
}

/* Never waits, as a driver. */
static void *drive(void *pauses) {
    uint8_t frame[MOST];
    for (uint32_t number = 0; number < FRAMES; number++) {
        make(frame, number);
        frame_ring_put(&ring, frame, length_of(number));
        if (*(int *)pauses != 0 && number % 8 == 0) sched_yield();
    }
    is_over = true;
    return NULL;
}

/* Every frame that arrives is whole, and they are in order: how many did? */
static uint32_t receive(void) {
    uint8_t frame[MOST];
    uint8_t expected[MOST];
    uint32_t arrived = 0, last = 0;
    for (;;) {
        bool was_over = is_over;
        uint32_t length = frame_ring_take(&ring, frame, sizeof(frame));
        if (length == 0 && was_over) return arrived;
        if (length == 0) {
            sched_yield();
            continue;
        }
        uint32_t number;
        memcpy(&number, frame, HEADER);
        assert_true(number < FRAMES && (arrived == 0 || number > last));
        assert_int_equal(length, length_of(number));
        make(expected, number);
        assert_memory_equal(frame, expected, length);
        last = number;
        arrived++;
    }
}

static void run(int pauses) {
    pthread_t driver;
    frame_ring_begin(&ring, bytes, CAPACITY);
    is_over = false;
    assert_int_equal(pthread_create(&driver, NULL, drive, &pauses), 0);
    uint32_t arrived = receive();
    pthread_join(driver, NULL);
    assert_int_equal(ring.frames, FRAMES);
    assert_int_equal(arrived + ring.full, FRAMES);
    assert_true(arrived > 0);
}

TEST(a_driver_in_a_flood_loses_whole_frames_and_counts_them) {
    run(0);
}

TEST(a_driver_that_lets_the_loop_run_loses_none_out_of_order) {
    run(1);
}

TEST(the_figures_may_be_read_by_a_third_task_meanwhile) {
    pthread_t driver;
    int pauses = 1;
    frame_ring_begin(&ring, bytes, CAPACITY);
    is_over = false;
    assert_int_equal(pthread_create(&driver, NULL, drive, &pauses), 0);
    uint32_t seen = 0;
    while (!is_over) {
        uint32_t frames = ring.frames;
        assert_true(frames >= seen && frames <= FRAMES && ring.full <= FRAMES && ring.high_water <= CAPACITY);
        seen = frames;
    }
    pthread_join(driver, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_driver_in_a_flood_loses_whole_frames_and_counts_them),
        cmocka_unit_test(a_driver_that_lets_the_loop_run_loses_none_out_of_order),
        cmocka_unit_test(the_figures_may_be_read_by_a_third_task_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
