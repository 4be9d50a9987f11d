/* The replay on bare metal: the recording is QEMU's -initrd. QEMU's exit code tells what came of it: apps/replay.h. */
#include "replay.h"

#include <string.h>

#include "bare.h"
#include "stack.h"

static const uint8_t *file;
static uint32_t left;

static uint32_t next_bytes(void *buffer, uint32_t length) {
    uint32_t taken = length < left ? length : left;
    memcpy(buffer, file, taken);
    file += taken;
    left -= taken;
    return taken;
}

int main(void) {
    file = bare_file(&left);
    const char *wrong = stack_load();
    if (wrong != NULL || file == NULL) {
        stack_log("replay: %s", wrong != NULL ? wrong : "no recording: -initrd FILE");
        bare_exit(REPLAY_REFUSED);
    }
    bare_exit(replay_run(next_bytes));
}
