/* Firmshake on bare metal: the firmware. Who it is comes with QEMU's -append, as `address=10.73.0.2/24 gateway=A do=PLAN`. */
#include <stdio.h>

#include "bare.h"
#include "board.h"
#include "core.h"
#include "firmshake.h"
#include "parse.h"
#include "session.h"

enum { TEXT_BYTES = 160 };

_Noreturn static void refuse(const char *name, const char *value) {
    char line[TEXT_BYTES + 40];
    snprintf(line, sizeof(line), "firmshake: %s=%s is not understood", name, value);
    board_log(line);
    board_halt();
}

static struct fsk_config configured(void) {
    char text[TEXT_BYTES];
    struct fsk_config config = {.address = FSK_IPV4(10, 73, 0, 2), .prefix_length = 24};
    if (bare_setting("address", text, sizeof(text)) && !parse_network(text, &config.address, &config.prefix_length)) {
        refuse("address", text);
    }
    if (bare_setting("gateway", text, sizeof(text)) && !parse_host(text, &config.gateway)) refuse("gateway", text);
    if (bare_setting("do", text, sizeof(text)) && !session_plan(text)) refuse("do", text);
    return config;
}

/* What the board did since it was switched on. */
static void report(void) {
    struct bare_figures is = {0};
    clock_figures(&is);
    net_figures(&is);
    memory_figures(&is);
    char line[TEXT_BYTES];
    snprintf(line, sizeof(line), "figures: %lu timer interrupts, %lu frame interrupts, %lu sleeps, %lu of %lu ms asleep",
             (unsigned long)is.timer_interrupts, (unsigned long)is.net.interrupts, (unsigned long)is.sleeps,
             (unsigned long)is.ms_asleep, (unsigned long)board_now());
    board_log(line);
    snprintf(line, sizeof(line), "figures: %lu frames received, %lu sent, %lu times full; stack %lu of %lu bytes, pool %lu bytes",
             (unsigned long)is.net.received, (unsigned long)is.net.sent, (unsigned long)is.net.receive_full, (unsigned long)is.stack_high_water,
             (unsigned long)is.stack, (unsigned long)core_pool_high_water());
    board_log(line);
    snprintf(line, sizeof(line), "figures: flash %lu bytes, RAM %lu bytes", (unsigned long)is.flash, (unsigned long)is.ram);
    board_log(line);
}

int main(void) {
    const struct fsk_config config = configured();
    session_on_report(report);
    if (fsk_start(&config) < 0) board_halt();
    session_begin();
    fsk_run();
}
