/* What bare-metal boards have beyond board.h: settings and a file from QEMU's command line, an exit status, figures. */
#ifndef FIRMSHAKE_BARE_H
#define FIRMSHAKE_BARE_H

#include <stdbool.h>
#include <stdint.h>

/* Each board's own. */

/* Ends QEMU with this exit status. */
_Noreturn void bare_exit(int code);

/* What `-append TEXT` gives; NULL: nothing. */
const char *bare_command_line(void);

/* The file of `-initrd FILE`, where it lies: on a page of its own, to be read only. NULL and 0: there is none. */
const void *bare_file(uint32_t *length);

/* Instructions since the start: exact only with the -icount that test/bench/boards.mjs gives. */
uint64_t bare_instructions(void);

/* Frames since the start. */
struct net_figures {
    uint32_t received;
    uint32_t sent;
    uint32_t interrupts;
    /* How often all receive buffers were found full: frames may have been lost then. */
    uint32_t receive_full;
    /* Frames that the device told an impossible length of, or that came damaged. */
    uint32_t receive_refused;
    /* How often there was no room to send, and frames that were sent nevertheless or were too long: not sent. */
    uint32_t transmit_full;
    uint32_t transmit_refused;
};

struct bare_figures {
    uint32_t timer_interrupts;
    /* How often `board_wait` slept, and how long. */
    uint32_t sleeps;
    uint32_t ms_asleep;
    struct net_figures net;
    /* Bytes: all that is flashed (code, constants, and what `data` begins as); all RAM that is taken, both stacks included. */
    uint32_t flash;
    uint32_t ram;
    /* Interrupts have a stack of their own. */
    uint32_t stack;
    uint32_t stack_high_water;
};

/* Each says what it knows. */
void clock_figures(struct bare_figures *figures);
void net_figures(struct bare_figures *figures);
void memory_figures(struct bare_figures *figures);

/* For every board: bare/. */

/*
 * What NAME is in `-append "NAME=TEXT NAME=TEXT"`: texts have no spaces. False, and the buffer is empty, where it is not given or
 * is longer than `size` - 1.
 */
bool bare_setting(const char *name, char *buffer, uint32_t size);

/* A line with numbers in it: each name is followed by its value in hexadecimal. */
struct named_value {
    const char *name;
    uint32_t value;
};
void log_values(const char *what, const struct named_value *values, uint32_t count);

/* What the stack is painted with, to see how much of it was used. */
#define STACK_PAINT 0xa5a5a5a5

/* Bytes of the stack between these that were in use at most. */
uint32_t stack_used(const uint32_t *bottom, const uint32_t *top);

#endif
