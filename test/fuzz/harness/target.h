#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include "input.h"

/** A way to read an input as a program. */
typedef struct {
    const char *name;
    /** Brings the core to where every execution begins. */
    void (*prepare)(void);
    void (*run)(Input *input);
} Target;

extern const Target FRAMES;
extern const Target SEQUENCE;
extern const Target BOOT;
/** Of a module with apps in it. */
extern const Target APPS;

#endif
