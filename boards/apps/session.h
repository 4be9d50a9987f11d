/*
 * What a firmware can be told to do when it starts, to try it with: listen and read, connect and hold. The apps that are linked into
 * the module (echo, discard, the status page) need none of it. At the same time an example of the calls of firmshake.h.
 */
#ifndef FIRMSHAKE_SESSION_H
#define FIRMSHAKE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads a plan: words between blanks or commas, as "listen=7,connect=10.73.0.1:9,timeout=10000,report=99". False: a word is not understood, and a line
 * on the log says which.
 */
bool session_plan(const char *text);

/*
 * What `report=PORT` in a plan has called when somebody connects to that port, who is then let go: the board's figures, as lines
 * on the log.
 */
void session_on_report(void (*report)(void));

/* Carries it out; after `fsk_start`. Every event is a line on the log. */
void session_begin(void);

/* What it has told of events: for a firmware with several apps, which tells it after `session_begin`. */
void session_told(void *context, int handle, uint32_t kinds);

#endif
