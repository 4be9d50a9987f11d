/* What the glue gives to WAMR before it starts, and asks afterwards. */
#ifndef FIRMSHAKE_PLATFORM_H
#define FIRMSHAKE_PLATFORM_H

#include <stdint.h>

/* Where linear memory is to lie: WAMR asks for it once for an instance. 16-byte aligned. */
void platform_linear_memory(void *bytes, uint32_t length);

/* What WAMR has to say: it prints only when something is wrong. One line; NULL: nothing was said. */
const char *platform_said(void);

#endif
