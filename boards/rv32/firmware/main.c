/* Firmshake on bare metal: the firmware. Who it is comes with QEMU's -append, as `address=10.73.0.2/24 gateway=A do=PLAN`. */
#include <stdio.h>

#include "board.h"
#include "firmshake.h"
#include "parse.h"
#include "rv32.h"
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
    if (rv32_setting("address", text, sizeof(text)) && !parse_network(text, &config.address, &config.prefix_length)) {
        refuse("address", text);
    }
    if (rv32_setting("gateway", text, sizeof(text)) && !parse_host(text, &config.gateway)) refuse("gateway", text);
    if (rv32_setting("do", text, sizeof(text)) && !session_plan(text)) refuse("do", text);
    return config;
}

int main(void) {
    const struct fsk_config config = configured();
    if (fsk_start(&config) < 0) board_halt();
    session_begin();
    fsk_run();
}
