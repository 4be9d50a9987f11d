/*
 * What a user tells a board once: the network it is in, and who it is there. Asked on a serial terminal, a question a line; an empty
 * answer keeps what is there, and one that cannot be is asked for again.
 */
#ifndef FIRMSHAKE_SETUP_H
#define FIRMSHAKE_SETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "line.h"

/* IEEE 802.11 §9.4.2.2: 32 bytes. WPA2-Personal: a passphrase of 8 to 63 characters, or 64 hexadecimal digits. Ends with a zero. */
enum { SSID_MOST = 32, PASSWORD_LEAST = 8, PASSWORD_MOST = 64 };

struct setup {
    char ssid[SSID_MOST + 1];
    /* Empty: the network is open. */
    char password[PASSWORD_MOST + 1];
    /* In host order, as in fsk_config. */
    uint32_t address;
    uint32_t gateway;
    uint8_t prefix_length;
};

struct setup_dialogue {
    struct setup *setup;
    void (*show)(const char *text);
    uint32_t question;
    struct line line;
};

/* Could it be? What is asked for only where there is Wi-Fi is not looked at elsewhere. NULL, or one line that says what is missing. */
const char *setup_lacks(const struct setup *setup, bool has_wifi);

/* Asks the first question. `setup` is what is there, and changed by answers. */
void setup_begin(struct setup_dialogue *dialogue, struct setup *setup, bool has_wifi, void (*show)(const char *text));

/* Takes a byte from the terminal. True: all is answered. */
bool setup_take(struct setup_dialogue *dialogue, char byte);

#endif
