/* What the files of the Linux board share. */
#ifndef FIRMSHAKE_LINUX_H
#define FIRMSHAKE_LINUX_H

#include <stdbool.h>
#include <stdint.h>

#include "firmshake.h"

/* What a program is told on its command line. */
struct options {
    struct fsk_config config;
    const char *tap;
    int descriptor;
    /* boards/apps/session.h, or NULL. */
    const char *plan;
    /* Of firmshake-linux-slot: the file that is its flash, and the one that has the key for uploads; or NULL. */
    const char *slot;
    const char *key;
};

/* Ends the program where the line is not understood. */
struct options options_of(const char *program, int count, char **arguments);
_Noreturn void options_refuse(const char *program, const char *option, const char *value);

/* Opens the timer and the network interface. Halts where there is none. */
void board_open(const struct options *options);

/* The TAP device of this name, or a packet interface or TAP device that is open as a descriptor already. -1: the reason is logged. */
int link_open_tap(const char *name);
int link_use(int descriptor);
int link_descriptor(void);

/* Opens the timer and what wakes the loop. False: the reason is logged. */
bool clock_open(void);

void identity_use_mac(const uint8_t mac[6]);

/* The file that is the flash; made where there is none. `arguments` are the program's own: it restarts with them. */
bool flash_open(const char *file, char **arguments);

/* Where dumps go. */
void dump_use(const char *file);

#endif
