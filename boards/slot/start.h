/* From power-on to a host on the network, with the module that the slot decides. */
#ifndef FIRMSHAKE_SLOT_START_H
#define FIRMSHAKE_SLOT_START_H

#include "firmshake.h"

/* `slot_boot` and `fsk_start`. What does not start is rolled back, and the board restarts; where there is no other module it halts. */
void slot_start(const struct fsk_config *config);

#endif
