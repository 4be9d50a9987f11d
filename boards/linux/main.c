/* Firmshake as a program on a TAP device: the firmware, on Linux. */
#include "board.h"
#include "firmshake.h"
#include "linux.h"
#include "session.h"

int main(int count, char **arguments) {
    const struct options options = options_of("firmshake-linux", count, arguments);
    if (options.plan != 0 && !session_plan(options.plan)) options_refuse("firmshake-linux", "do", options.plan);
    if (options.slot != NULL) options_refuse("firmshake-linux", "slot", options.slot);
    board_open(&options);
    if (fsk_start(&options.config) < 0) board_halt();
    session_begin();
    fsk_run();
}
