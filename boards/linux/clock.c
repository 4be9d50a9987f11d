/* The clock and the one-shot timer: timerfd_create(2). The loop sleeps in poll(2). */
#define _GNU_SOURCE
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "linux.h"

static int timer = -1;
static int wake = -1;

bool clock_open(void) {
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (timer >= 0 && wake >= 0) return true;
    board_log("firmshake: no timer");
    return false;
}

static uint64_t now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

uint32_t board_now(void) {
    return (uint32_t)now_ms();
}

static void set(uint64_t at_ms) {
    struct itimerspec when = {.it_value = {(time_t)(at_ms / 1000), (long)(at_ms % 1000) * 1000000}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

void board_arm(uint32_t at) {
    uint64_t now = now_ms();
    int32_t in_ms = (int32_t)(at - (uint32_t)now);
    set(in_ms > 0 ? now + (uint32_t)in_ms : now);
}

/* A time of zero stops a timerfd. */
void board_disarm(void) {
    set(0);
}

static void drain(int descriptor) {
    uint64_t count;
    if (read(descriptor, &count, sizeof(count)) < 0) return;
}

void board_wait(void) {
    struct pollfd sources[] = {{link_descriptor(), POLLIN, 0}, {timer, POLLIN, 0}, {wake, POLLIN, 0}};
    poll(sources, 3, -1);
    if ((sources[1].revents & POLLIN) != 0) drain(timer);
    if ((sources[2].revents & POLLIN) != 0) drain(wake);
}

void board_wake(void) {
    uint64_t one = 1;
    if (write(wake, &one, sizeof(one)) < 0) return;
}

/* The kernel watches over its programs. */
void board_alive(void) {}
