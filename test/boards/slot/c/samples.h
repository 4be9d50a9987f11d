/* Modules that are just enough for what can be told of a module without running it. */
#ifndef TEST_SAMPLES_H
#define TEST_SAMPLES_H

#include <stdint.h>

#include "core.h"
#include "image.h"

enum { SAMPLE_MOST_BYTES = 20000, SAMPLE_MEMORY_BYTES = 58672 };

struct sample {
    uint8_t bytes[SAMPLE_MOST_BYTES];
    uint32_t length;
};

/* How a sample differs from one that runs. */
struct sample_options {
    /* A custom section with so many bytes, by which samples differ. */
    uint32_t padding;
    uint8_t seed;
    /* What `abi` gives, if not ours. */
    uint8_t abi;
    /* An export that is missing, or NULL. */
    const char *lacks;
    uint8_t imports;
};

/* WebAssembly alone. */
void sample_wasm(struct sample *sample, const struct sample_options *options);

/* As it is uploaded. */
void sample_image(struct sample *sample, const struct sample_options *options);

void sample_digest(const struct sample *sample, uint8_t digest[32]);

/* What is built in. */
const struct core_module *sample_built_in(void);

struct image_header *sample_header(struct sample *sample);

#endif
