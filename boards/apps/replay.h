/*
 * Makes the calls of a recording anew and compares all that comes of them: the same inputs give the same frames here, too.
 * host/replay/format.ts says what a recording is; host/replay makes them.
 */
#ifndef FIRMSHAKE_REPLAY_H
#define FIRMSHAKE_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

/* The next bytes of the recording. Gives how many; 0: there are no more. */
typedef uint32_t replay_reader(void *buffer, uint32_t length);

/* What came of it: the exit code of the programs that replay. */
enum replay_end {
    /* All is the same. */
    REPLAY_SAME = 0,
    /* Something came otherwise than it was recorded. */
    REPLAY_DIFFERS = 1,
    /* It could not be replayed: no recording, a damaged one, or one of another module. */
    REPLAY_REFUSED = 2
};

/*
 * To be called once after `core_load` of `fsk_module`, and before anything else is done with it. The log has one line then: what
 * was compared and is the same; the first difference; or why this is no recording for this module.
 */
enum replay_end replay_run(replay_reader *read);

#endif
