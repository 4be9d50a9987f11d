/*
 * A firmware in tasks, with calls that wait. One task turns the loop. One serves an echo on port 4007, a connection after the other.
 * The third asks the echo of the gateway on the same port, once: what it sends has to come back.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "firmshake_tasks.h"
#include "linux.h"

enum { PORT = 4007, BACKLOG = 2, TIMEOUT_MS = 5000, PART_BYTES = 3000, PARTS = 100 };

static void say(const char *what, int32_t result) {
    char line[80];
    if (result < 0) snprintf(line, sizeof(line), "tasks: %s: %s", what, fsk_error_name(fsk_error()));
    else snprintf(line, sizeof(line), "tasks: %s: %ld", what, (long)result);
    board_log(line);
}

static void *turn_loop(void *unused) {
    (void)unused;
    fsk_run();
}

/* Until the peer sends no more. Gives how many bytes it was, or -1. */
static int32_t echo(int handle) {
    uint8_t buffer[PART_BYTES];
    int32_t total = 0;
    for (;;) {
        int32_t length = fsk_read_wait(handle, buffer, sizeof(buffer), TIMEOUT_MS);
        if (length <= 0) return length < 0 ? -1 : total;
        if (fsk_write_wait(handle, buffer, (uint32_t)length, TIMEOUT_MS) != length) return -1;
        total += length;
    }
}

static void *serve(void *unused) {
    (void)unused;
    int listener = fsk_listen(PORT, BACKLOG);
    if (listener < 0) say("listen", listener);
    while (listener > 0) {
        int handle = fsk_accept_wait(listener, FSK_FOREVER);
        if (handle < 0) {
            say("accept", handle);
            break;
        }
        say("served", echo(handle));
        fsk_close(handle);
    }
    return NULL;
}

/* Sends a part and reads it back, whole. */
static bool comes_back(int handle, uint32_t seed) {
    uint8_t sent[PART_BYTES];
    uint8_t came[PART_BYTES];
    for (uint32_t i = 0; i < sizeof(sent); i++) sent[i] = (uint8_t)(i * 7 + seed);
    if (fsk_write_wait(handle, sent, sizeof(sent), TIMEOUT_MS) != PART_BYTES) return false;
    for (uint32_t taken = 0; taken < sizeof(came);) {
        int32_t length = fsk_read_wait(handle, came + taken, sizeof(came) - taken, TIMEOUT_MS);
        if (length <= 0) return false;
        taken += (uint32_t)length;
    }
    return memcmp(sent, came, sizeof(sent)) == 0;
}

static void ask(uint32_t peer) {
    int handle = fsk_connect_wait(peer, PORT, TIMEOUT_MS);
    if (handle < 0) {
        say("connect", handle);
        return;
    }
    uint8_t nothing;
    /* Nobody speaks unasked: this wait ends by its time. */
    say("silence", fsk_read_wait(handle, &nothing, sizeof(nothing), 50));
    uint32_t parts = 0;
    while (parts < PARTS && comes_back(handle, parts)) parts++;
    say("came back", (int32_t)(parts * PART_BYTES));
    fsk_shutdown(handle);
    say("end", fsk_read_wait(handle, &nothing, sizeof(nothing), TIMEOUT_MS));
    fsk_close(handle);
}

/* Where waiting would never end it is refused. */
static void happened(void *context, int handle, uint32_t kinds) {
    static bool is_tried;
    (void)context;
    (void)kinds;
    if (is_tried) return;
    is_tried = true;
    say("waiting in the loop", fsk_accept_wait(handle, FSK_FOREVER));
}

int main(int count, char **arguments) {
    const struct options options = options_of("firmshake-linux-tasks", count, arguments);
    pthread_t loop;
    pthread_t server;
    board_open(&options);
    if (fsk_start(&options.config) < 0) board_halt();
    fsk_on_event(happened, NULL);
    if (pthread_create(&loop, NULL, turn_loop, NULL) != 0 || pthread_create(&server, NULL, serve, NULL) != 0) board_halt();
    if (options.config.gateway != 0) ask(options.config.gateway);
    pthread_join(loop, NULL);
}
