/* What this board has beyond board.h: settings and files from QEMU's command line, an exit status, and figures to measure by. */
#ifndef FIRMSHAKE_RV32_H
#define FIRMSHAKE_RV32_H

#include <stdbool.h>
#include <stdint.h>

/* Ends QEMU with this exit status. */
_Noreturn void rv32_exit(int code);

/*
 * What NAME is in `-append "NAME=TEXT NAME=TEXT"`: texts have no spaces. False, and the buffer is empty, where it is not given or
 * is longer than `size` - 1.
 */
bool rv32_setting(const char *name, char *buffer, uint32_t size);

/* The file of `-initrd FILE`, where it lies: on a page of its own, to be read only. NULL and 0: there is none. */
const void *rv32_file(uint32_t *length);

/* Instructions since the start: exact only under `-icount shift=0`. */
uint64_t rv32_instructions(void);

/* Ticks of the clock, 10,000 in a ms. */
uint64_t rv32_ticks(void);

/* Whole ms, modulo 2^32, without the 64-bit division that would take a KB. */
uint32_t rv32_ms(uint64_t ticks);

/* Timer interrupts since the start. */
extern volatile uint32_t timer_interrupts;

struct rv32_clock_figures {
    /* How often `board_wait` slept, and how long, in ticks. */
    uint32_t sleeps;
    uint64_t ticks_asleep;
};
struct rv32_clock_figures rv32_clock_figures(void);

struct rv32_net_figures {
    uint32_t received;
    uint32_t sent;
    uint32_t interrupts;
    /* How often all receive buffers were found full: frames may have been lost then. The device does not tell how many. */
    uint32_t receive_full;
    /* Frames that the device told an impossible length of. */
    uint32_t receive_refused;
    /* How often there was no room to send, and frames that were sent nevertheless or were too long: not sent. */
    uint32_t transmit_full;
    uint32_t transmit_refused;
};
struct rv32_net_figures rv32_net_figures(void);

struct rv32_memory_figures {
    /* All that is flashed: code, constants, and what `data` begins as. */
    uint32_t flash;
    /* All RAM that the firmware takes: data, pools, buffers and both stacks. */
    uint32_t ram;
    uint32_t stack;
    /* Bytes of the stack that were in use at most. Interrupts have a stack of their own. */
    uint32_t stack_high_water;
};
struct rv32_memory_figures rv32_memory_figures(void);

#endif
