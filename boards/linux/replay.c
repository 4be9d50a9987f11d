/* The replay on Linux: firmshake-linux-replay [FILE]. Its exit code tells what came of it: apps/replay.h. */
#define _GNU_SOURCE
#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stack.h"

/* A record is read in two pieces, most of them short. */
static struct {
    const char *name;
    int descriptor;
    uint32_t at;
    uint32_t end;
    uint8_t bytes[65536];
} input;

_Noreturn static void refuse(const char *what, const char *why) {
    stack_log("replay: %s: %s", what, why);
    exit(REPLAY_REFUSED);
}

static void read_more(void) {
    ssize_t length;
    do length = read(input.descriptor, input.bytes, sizeof(input.bytes));
    while (length < 0 && errno == EINTR);
    if (length < 0) refuse(input.name, strerror(errno));
    input.at = 0;
    input.end = (uint32_t)length;
}

static uint32_t next_bytes(void *buffer, uint32_t length) {
    if (input.at == input.end) read_more();
    uint32_t taken = length < input.end - input.at ? length : input.end - input.at;
    memcpy(buffer, input.bytes + input.at, taken);
    input.at += taken;
    return taken;
}

int main(int count, char **arguments) {
    if (count > 2 || (count == 2 && arguments[1][0] == '-')) {
        fputs("usage: firmshake-linux-replay [FILE]     (default: standard input)\n", stderr);
        return REPLAY_REFUSED;
    }
    input.name = count == 2 ? arguments[1] : "standard input";
    input.descriptor = count == 2 ? open(input.name, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (input.descriptor < 0) refuse(input.name, strerror(errno));
    const char *wrong = stack_load();
    if (wrong != NULL) refuse("the module does not start", wrong);
    return replay_run(next_bytes);
}
