/*
 * The module over HTTP, on a port of its own.
 *
 *   GET /module     200: one line of JSON that says what runs, which state the slot is in, and what an upload has to say
 *   PUT /module     an image (image.h), with these fields besides Content-Length:
 *                     Firmshake-Sequence    the number that GET told
 *                     Firmshake-SHA256      of the image, in hex
 *                     Firmshake-Signature   in hex: HMAC-SHA256(key, "PUT /module\n" SEQUENCE "\n" LENGTH "\n" SHA256 "\n")
 *
 * The key itself is never sent. The signature is known to be right before a byte of flash is erased, so a stranger wears out nothing;
 * and since each upload has a number of its own, one that was overheard cannot be sent again. Who signs the SHA-256 signs the image.
 *
 * 202: uploaded; the board restarts and tries it. 400: not HTTP, or no image that can run here. 401: not signed. 403: signed with
 * another key. 404, 405: not what this is for. 408: too slow. 409: another sequence number. 411: no Content-Length. 413: longer than the
 * slot. 414, 431: a head that is too long. 500: the flash fails. 503: another upload is under way. Each with one line that says why.
 */
#ifndef FIRMSHAKE_UPLOAD_H
#define FIRMSHAKE_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

enum {
    UPLOAD_PORT = 8266,
    UPLOAD_KEY_LEAST = 16,
    UPLOAD_KEY_MOST = 64,
    /* For the head; for each silence within the body; for the body as a whole; for the peer to read the answer and close. */
    UPLOAD_HEAD_MS = 5000,
    UPLOAD_SILENCE_MS = 5000,
    UPLOAD_BODY_MS = 60000,
    UPLOAD_CLOSE_MS = 2000,
};

/*
 * After `slot_boot` and `fsk_start`: listens. False: it does not, because there is no slot, no key of 16 to 64 bytes, or no listener
 * left; the log says which. Without a key the port stays closed.
 */
bool upload_begin(uint16_t port, const void *key, uint32_t key_length);

/*
 * To be told every event first; true: it was ours, and is nobody else's. It uses `fsk_tell_in`. Where another module was uploaded, or
 * the one that runs has trapped once too often (`slot_trapped`), this restarts the board.
 */
bool upload_told(int handle, uint32_t kinds);

#endif
