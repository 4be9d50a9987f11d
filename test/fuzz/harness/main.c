/**
 * libFuzzer's two functions. FUZZ_TARGET names the target; FUZZ_TALK=1 says every step in words; FUZZ_HASH=1 a hash of all
 * that was seen.
 */
#include "app.h"
#include "core.h"
#include "oracles.h"
#include "target.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** One execution in so many runs twice, and must give the same. */
enum { CHECK_EVERY = 64 };

static const Target *target;
static World kept_world;
static App kept_app;
static uint32_t executions;
static bool is_hashing;

static const Target *const TARGETS[] = {&FRAMES, &SEQUENCE, &BOOT, &APPS};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    const char *name = getenv("FUZZ_TARGET");
    for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++)
        if (name != NULL && strcmp(TARGETS[i]->name, name) == 0)
            target = TARGETS[i];
    if (target == NULL) {
        fprintf(stderr, "firmshake: FUZZ_TARGET names no target\n");
        exit(2);
    }
    core_load();
    target->prepare();
    core_keep();
    kept_world = world;
    kept_app = app;
    is_hashing = getenv("FUZZ_HASH") != NULL;
    is_talking = getenv("FUZZ_TALK") != NULL;
    is_thorough = is_talking;
    return 0;
}

static uint64_t execute(const uint8_t *bytes, size_t length)
{
    Input input = {bytes, length};
    core_restore();
    world = kept_world;
    app = kept_app;
    target->run(&input);
    return core_hash();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    uint64_t hash = execute(bytes, length);
    if (!oracles_are_guards_whole()) {
        // Once more, to say after which call.
        is_thorough = true;
        execute(bytes, length);
        oracles_look_at_guards();
    }
    if (!is_talking && ++executions % CHECK_EVERY == 0 && execute(bytes, length) != hash)
        violated("the same input gives something else the second time");
    if (is_hashing)
        printf("hash %016llx\n", (unsigned long long)hash);
    return 0;
}
