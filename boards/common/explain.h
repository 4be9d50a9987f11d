/* Why the runtime does not take a module, for whoever has built the firmware: it says what it has stumbled over. */
#ifndef FIRMSHAKE_EXPLAIN_H
#define FIRMSHAKE_EXPLAIN_H

#include <stdint.h>

#include "core.h"

/* Puts what is wrong with the module into the place of the runtime's message, where that is not what it says. */
void explain(char *error, uint32_t size, const struct core_module *module);

/* The same for what is too small. */
void explain_memory(char *error, uint32_t size);

#endif
