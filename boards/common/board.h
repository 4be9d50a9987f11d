/*
 * What a board provides. All that differs between boards is behind this header: whoever writes these functions has ported
 * Firmshake. They are called from the task that turns the loop, and from nowhere else, unless it is said otherwise.
 */
#ifndef FIRMSHAKE_BOARD_H
#define FIRMSHAKE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

/* Time: a monotonic clock and one one-shot hardware timer. */

/* ms since some moment before the start; wraps after 49.7 days. May be called from interrupts. */
uint32_t board_now(void);

/* `board_wait` is to return when `board_now` reaches this, not before and at most 1 ms later. Replaces what was armed before. */
void board_arm(uint32_t at);

/* No time is armed any more: without frames the board may sleep for ever. */
void board_disarm(void);

/*
 * Sleeps until the armed time has come, a frame has arrived, one can be sent again, or `board_wake` was called: also when that
 * was before this call and after the last. May return for no reason.
 */
void board_wait(void);

/* Ends a `board_wait`. May be called from interrupts and from other tasks. */
void board_wake(void);

/* Called in every turn of the loop: what a watchdog is fed with. */
void board_alive(void);

/* The network interface: Ethernet frames without their check sequence. */

void board_mac(uint8_t mac[6]);

/* Copies the oldest frame that has arrived, and lets go of it. Gives its length, also when only `capacity` bytes fit; 0: none. */
uint32_t board_receive(void *buffer, uint32_t capacity);

/* Is there room for a frame? If not, `board_wait` returns when there is. */
bool board_can_send(void);

/* Only after `board_can_send`. The buffer is the caller's again on return. */
void board_send(const void *frame, uint32_t length);

/* The rest. */

/* Fills with random bytes that nobody can guess, or says that it cannot: then the stack does not start. */
bool board_entropy(void *bytes, uint32_t length);

/* One line, without its end. May be called from interrupts. */
void board_log(const char *line);

/* Nothing can go on. The reason is on the log; it is to be seen that the board stands. */
_Noreturn void board_halt(void);

/* A trap's evidence, in one or more parts: kept where somebody finds it. `fsk_dump_log` writes it to the log as text. */
struct board_part {
    const void *bytes;
    uint32_t length;
};
void board_dump(const struct board_part *parts, uint32_t count);

/* Memory to run code from that is written at run time, or NULL: for AOT code that does not run in place. 16-byte aligned. */
void *board_executable(uint32_t length);

/*
 * Memory for the runtime, 16-byte aligned, or NULL. Asked for once. A board has one of its own where the stack is built with
 * FSK_POOL_OF_BOARD; else the build sets it aside.
 */
void *board_pool(uint32_t length);

#endif
