/** The app on the core: the handles that it holds, what it has written and read of each stream. */
#ifndef FUZZ_APP_H
#define FUZZ_APP_H

#include <stdbool.h>
#include <stdint.h>

enum { HANDLES = 64 };

typedef struct {
    int32_t handle;
    uint32_t written;
    uint32_t read;
    /** The next byte to be read is this, once one was. */
    uint8_t next;
} Held;

typedef struct {
    Held held[HANDLES];
    uint32_t count;
} App;

extern App app;

/** The handle of this number, of those it holds or once held; 0: it never held one. */
Held *app_held(uint32_t which);
void app_hold(int32_t handle);
/** Writes so many bytes, or as many as there is room for, and says so. */
void app_write(Held *held, uint32_t length);
/** Reads so many bytes, or as many as there are. */
void app_read(Held *held, uint32_t length);
void app_events(void);
/** Both rings, as they are of a new connection. */
void app_begin(const Held *held);
/**
 * All peers answer as they should, and the app reads: then all that was written has arrived, and all windows are open.
 */
void app_heal(void);
/**
 * Lets go of everything. Nobody answers any more, but ARP if `is_link_up`: in the end nothing may be left of it in the core.
 */
void app_end(bool is_link_up);

#endif
