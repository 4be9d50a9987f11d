/* The firmware on Linux with a slot for the module: a file is its flash, and a restart is execve(2). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>

#include "board.h"
#include "linux.h"
#include "session.h"
#include "start.h"
#include "upload.h"

static const char PROGRAM[] = "firmshake-linux-slot";

static void told(void *context, int handle, uint32_t kinds) {
    if (!upload_told(handle, kinds)) session_told(context, handle, kinds);
}

/* A file with the key and, as editors leave it, perhaps the end of a line. One byte more than may be tells that it is too long. */
static uint32_t read_key(const char *file, uint8_t key[UPLOAD_KEY_MOST + 2]) {
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(descriptor, key, UPLOAD_KEY_MOST + 2);
    if (descriptor >= 0) close(descriptor);
    if (length < 0) options_refuse(PROGRAM, "key", file);
    bool has_end = length > 0 && key[length - 1] == '\n';
    return (uint32_t)length - has_end;
}

int main(int count, char **arguments) {
    const struct options options = options_of(PROGRAM, count, arguments);
    uint8_t key[UPLOAD_KEY_MOST + 2];
    if (options.plan != 0 && !session_plan(options.plan)) options_refuse(PROGRAM, "do", options.plan);
    if (options.slot == NULL) options_refuse(PROGRAM, "slot", "FILE");
    uint32_t key_length = options.key == NULL ? 0 : read_key(options.key, key);
    if (!flash_open(options.slot, arguments)) options_refuse(PROGRAM, "slot", options.slot);
    board_open(&options);
    slot_start(&options.config);
    session_begin();
    fsk_on_event(told, NULL);
    upload_begin(UPLOAD_PORT, key, key_length);
    fsk_run();
}
