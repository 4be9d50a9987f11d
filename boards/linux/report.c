/* What leaves the program besides frames: log lines, dumps, its end. And memory for code, which Linux has to be asked for. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"
#include "linux.h"

/* The .aot of `lan` has 50 KB of code; one of a larger profile hardly more. */
enum { EXECUTABLE_BYTES = 1 << 20 };

static const char *dump_file = "firmshake.dump";

void dump_use(const char *file) {
    dump_file = file;
}

/* Lines of several programs on one terminal stay whole. */
void board_log(const char *line) {
    char text[256];
    int length = snprintf(text, sizeof(text), "%s\n", line);
    if (length >= (int)sizeof(text)) length = sizeof(text) - 1;
    if (write(STDERR_FILENO, text, (size_t)length) < 0) return;
}

_Noreturn void board_halt(void) {
    board_log("firmshake: halted");
    exit(1);
}

static bool write_all(int descriptor, const void *bytes, size_t length) {
    const uint8_t *at = bytes;
    while (length > 0) {
        ssize_t written = write(descriptor, at, length);
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) {
            at += written;
            length -= (size_t)written;
        }
    }
    return true;
}

void board_dump(const struct board_part *parts, uint32_t count) {
    char line[256];
    int descriptor = open(dump_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_written = descriptor >= 0;
    for (uint32_t i = 0; i < count && is_written; i++) is_written = write_all(descriptor, parts[i].bytes, parts[i].length);
    if (is_written) snprintf(line, sizeof(line), "firmshake: a dump is in %s; see: firmshake dump %s", dump_file, dump_file);
    else snprintf(line, sizeof(line), "firmshake: no dump in %s: %s", dump_file, strerror(errno));
    if (descriptor >= 0) close(descriptor);
    board_log(line);
}

void *board_executable(uint32_t length) {
    static void *bytes = MAP_FAILED;
    if (bytes == MAP_FAILED) {
        /* Code for x86-64 refers to its data by 32-bit addresses. */
        bytes = mmap(NULL, EXECUTABLE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    }
    return bytes == MAP_FAILED || length > EXECUTABLE_BYTES ? NULL : bytes;
}
