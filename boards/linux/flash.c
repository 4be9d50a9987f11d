/* Flash is a file: what is erased is ones, and a write clears bits. A restart is this program anew, with the same process number. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "board.h"
#include "board_slot.h"
#include "linux.h"

/* As large as a partition may be on a board. */
enum { NEW_BYTES = 256 * 1024, MOST_BYTES = 16 << 20 };

static struct {
    uint8_t *bytes;
    uint32_t length;
    char **arguments;
} flash;

static bool fill_new(int descriptor) {
    static uint8_t blank[BOARD_SECTOR_BYTES];
    memset(blank, 0xff, sizeof(blank));
    for (uint32_t at = 0; at < NEW_BYTES; at += sizeof(blank)) {
        if (pwrite(descriptor, blank, sizeof(blank), (off_t)at) != (ssize_t)sizeof(blank)) return false;
    }
    return true;
}

static bool map_file(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) < 0 || !S_ISREG(status.st_mode)) return false;
    if (status.st_size == 0 && !fill_new(descriptor)) return false;
    if (fstat(descriptor, &status) < 0 || status.st_size > MOST_BYTES) return false;
    flash.length = (uint32_t)status.st_size / BOARD_SECTOR_BYTES * BOARD_SECTOR_BYTES;
    if (flash.length == 0) return false;
    void *bytes = mmap(NULL, flash.length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (bytes == MAP_FAILED) return false;
    flash.bytes = bytes;
    return true;
}

bool flash_open(const char *file, char **arguments) {
    flash.arguments = arguments;
    int descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool is_open = descriptor >= 0 && map_file(descriptor);
    if (descriptor >= 0) close(descriptor);
    return is_open;
}

static bool is_within(uint32_t at, uint32_t length) {
    return at <= flash.length && length <= flash.length - at;
}

uint32_t board_flash_bytes(void) {
    return flash.length;
}

bool board_flash_read(uint32_t at, void *buffer, uint32_t length) {
    if (!is_within(at, length)) return false;
    memcpy(buffer, flash.bytes + at, length);
    return true;
}

bool board_flash_erase(uint32_t sector_at) {
    if (sector_at % BOARD_SECTOR_BYTES != 0 || !is_within(sector_at, BOARD_SECTOR_BYTES)) return false;
    memset(flash.bytes + sector_at, 0xff, BOARD_SECTOR_BYTES);
    return true;
}

bool board_flash_write(uint32_t at, const void *bytes, uint32_t length) {
    if (!is_within(at, length)) return false;
    for (uint32_t i = 0; i < length; i++) flash.bytes[at + i] &= ((const uint8_t *)bytes)[i];
    return true;
}

const uint8_t *board_flash_map(uint32_t at, uint32_t length) {
    return is_within(at, length) ? flash.bytes + at : NULL;
}

_Noreturn void board_restart(void) {
    /* Its time would go on, in a program that does not expect it. */
    const struct itimerval never = {0};
    setitimer(ITIMER_REAL, &never, NULL);
    execv("/proc/self/exe", flash.arguments);
    board_log("firmshake: cannot restart");
    _exit(1);
}

/* A signal comes whatever the loop does. The next program is to get it, too. */
static void ring(int number) {
    (void)number;
    board_restart();
}

void board_restart_in(uint32_t ms) {
    const struct sigaction action = {.sa_handler = ring, .sa_flags = SA_NODEFER};
    const struct itimerval when = {.it_value = {(time_t)(ms / 1000), (suseconds_t)(ms % 1000) * 1000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &when, NULL);
}
