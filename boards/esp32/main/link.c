/* The network interface as the stack sees it, whatever the driver: a ring of frames that have come, and at most one that waits to go. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "esp32.h"
#include "frame_ring.h"
#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include "sdkconfig.h"

enum { UP = 1 };
/* A driver that takes a frame in all this time will not take it. And: drops are told of once in a while. */
enum { HELD_MS = 200, TELL_MS = 10000 };

static uint8_t bytes[CONFIG_FIRMSHAKE_RING_BYTES] __attribute__((aligned(4)));
static struct frame_ring ring;
static StaticEventGroup_t state_memory;
static EventGroupHandle_t state;

static struct {
    uint8_t frame[FRAME_MOST_BYTES];
    uint32_t length;
    uint32_t until;
    /* Frames that did not go out. */
    uint32_t lost;
} held;

static struct {
    uint32_t at;
    uint32_t dropped;
    uint32_t lost;
} told;

void link_open(void) {
    frame_ring_begin(&ring, bytes, sizeof(bytes));
    state = xEventGroupCreateStatic(&state_memory);
}

void link_frame(const void *frame, uint32_t length) {
    frame_ring_put(&ring, frame, length);
    board_wake();
}

void link_is_up(bool is_up) {
    if (is_up) xEventGroupSetBits(state, UP);
    else xEventGroupClearBits(state, UP);
}

void link_wait_up(void) {
    xEventGroupWaitBits(state, UP, pdFALSE, pdTRUE, portMAX_DELAY);
}

/* A line for what was dropped since the last, not one for each. */
static void tell_drops(void) {
    char line[128];
    uint32_t dropped = ring.full + ring.refused;
    uint32_t now = board_now();
    if ((dropped == told.dropped && held.lost == told.lost) || now - told.at < TELL_MS) return;
    snprintf(line, sizeof(line), "link: dropped %" PRIu32 " of %" PRIu32 " frames that came, %" PRIu32 " that were to go; the ring had %" PRIu32 " of %u bytes",
             dropped, (uint32_t)ring.frames, held.lost, (uint32_t)ring.high_water, (unsigned)sizeof(bytes));
    board_log(line);
    told.at = now;
    told.dropped = dropped;
    told.lost = held.lost;
}

uint32_t board_receive(void *buffer, uint32_t capacity) {
    uint32_t length = frame_ring_take(&ring, buffer, capacity);
    if (length == 0) tell_drops();
    return length;
}

static void offer(void) {
    enum driver_result result = driver_send(held.frame, held.length);
    bool is_over = result != DRIVER_BUSY || (int32_t)(board_now() - held.until) >= 0;
    if (result != DRIVER_SENT && is_over) held.lost++;
    if (is_over) held.length = 0;
}

bool link_is_held(void) {
    return held.length != 0;
}

bool board_can_send(void) {
    if (held.length != 0) offer();
    return held.length == 0;
}

void board_send(const void *frame, uint32_t length) {
    enum driver_result result = driver_send(frame, length);
    if (result == DRIVER_REFUSED || length > sizeof(held.frame)) held.lost++;
    if (result != DRIVER_BUSY || length > sizeof(held.frame)) return;
    memcpy(held.frame, frame, length);
    held.length = length;
    held.until = board_now() + HELD_MS;
}

void board_mac(uint8_t mac[6]) {
    driver_mac(mac);
}

bool board_entropy(void *to, uint32_t length) {
    return driver_entropy(to, length);
}
