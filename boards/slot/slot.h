/*
 * A place in flash for the module, so that the stack is replaced without flashing the firmware. Two regions hold an image each, and a
 * journal (journal.h) says which of them runs; the module that is built into the firmware is there when none does.
 *
 * "Settled" is what was confirmed last, or the module that is built in. An upload goes into the region that is not settled.
 *
 *   state        when                                          is written        what runs
 *   ------------------------------------------------------------------------------------------------------------
 *   EMPTY        an upload begins                              WRITING           as before
 *   CONFIRMED    an upload begins                              WRITING           as before
 *   ROLLED_BACK  an upload begins                              WRITING           as before
 *   WRITING      an upload begins                              WRITING           as before
 *   WRITING      all has come, its digest read back is right,
 *                and the image can run here                    UPLOADED          as before, until the restart
 *   WRITING      anything else; a boot                         -                 settled
 *   UPLOADED     a boot, and the image is whole                TRYING            the candidate, for 10 s
 *   UPLOADED     a boot, and it is not; or TRYING cannot be
 *                written                                       ROLLED_BACK       settled
 *   TRYING       it serves                                     CONFIRMED         the candidate: it is settled now
 *   TRYING       it does not start, it traps                   ROLLED_BACK       settled, after a restart at once
 *   TRYING       a boot: it did not serve within 10 s, or
 *                power failed                                  ROLLED_BACK       settled
 *   CONFIRMED    a boot, and the image is whole                -                 the candidate
 *   CONFIRMED    a boot, and it is not; it does not start      ROLLED_BACK       the module that is built in
 *   any          what was confirmed traps three times, each    ROLLED_BACK       the module that is built in, after a restart at once
 *                within 10 s of the one before
 *   any          settled is not whole, or does not start       ROLLED_BACK       the module that is built in
 *   any          a boot of a firmware with another module
 *                built in                                      -                 that one: the state is EMPTY
 *
 * "Serves" is: a request to the port for uploads was answered, and the peer has acknowledged the answer (upload.h). So data flows both
 * ways through the new module, and the next one can be uploaded through it: whatever else is wrong with it can be mended. A firmware
 * that knows better calls `slot_served` by itself.
 *
 * Records are written before what they allow is done, and images after the record that says that nothing is in their region. So at
 * every moment power may fail, and the next boot runs a whole module.
 */
#ifndef FIRMSHAKE_SLOT_H
#define FIRMSHAKE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "core.h"
#include "journal.h"

enum {
    /* From the boot until it has to serve. */
    SLOT_TRIAL_MS = 10000,
    /* What traps so often, each time within a trial's time of the one before, may leave no time to upload another. */
    SLOT_MOST_TRAPS = 3,
};

/*
 * Decides what runs, and says so on the log where that is not the module that is built in. To be called once, before `fsk_start`: its
 * result is for `stack_use`. No module may need more than `memory_bytes` of linear memory.
 */
const struct core_module *slot_boot(const struct core_module *built_in, uint32_t memory_bytes);

/*
 * What runs has served: it is confirmed where it was on trial. False: the record could not be written, and it is rolled back yet unless
 * another call succeeds.
 */
bool slot_served(void);

/*
 * What runs does not start, or is not to run any more: it is rolled back, and the board is to restart. False: that was the module which
 * is built in, and there is no other; or it was confirmed, and the record could not be written.
 */
bool slot_failed(void);

/* What runs has trapped, and was started again. True: once too often, so that `slot_failed` was called, and the board is to restart. */
bool slot_trapped(void);

bool slot_is_trying(void);

/* For who asks. */
struct slot_status {
    enum slot_state state;
    /* What an upload has to say that it is for: so one that was overheard is good for nothing. */
    uint32_t sequence;
    /* How long an image may be; 0: there is no slot. */
    uint32_t room;
    /* What runs: its region, its digest. The digest of the module that is built in is of its bytes alone. */
    uint32_t region;
    const uint8_t *digest;
    const struct core_module *module;
    /* As much linear memory a module may need. */
    uint32_t memory_bytes;
};
struct slot_status slot_status(void);

/*
 * An upload: begun, written in order, ended. Whatever fails ends it, and gives one line that says why; NULL: all is well. What runs is
 * not touched by it. SLOT_NO_JOURNAL: nothing is wrong with the image, but with the flash.
 */
extern const char SLOT_NO_JOURNAL[];
const char *slot_begin(uint32_t length, const uint8_t digest[DIGEST_BYTES]);
const char *slot_write(const void *bytes, uint32_t length);
/* The image is whole and can run here: the next boot tries it. */
const char *slot_end(void);

/* An image is uploaded, and waits for the board to restart. */
bool slot_is_uploaded(void);

#endif
