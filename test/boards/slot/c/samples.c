#include "samples.h"

#include <string.h>

#include "digest.h"

struct text {
    uint8_t bytes[SAMPLE_MOST_BYTES];
    uint32_t length;
};

static void put(struct text *text, const void *bytes, uint32_t length) {
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

static void put_byte(struct text *text, uint8_t byte) {
    put(text, &byte, 1);
}

static void put_number(struct text *text, uint32_t value) {
    for (; value >= 0x80; value >>= 7) put_byte(text, (uint8_t)(value | 0x80));
    put_byte(text, (uint8_t)value);
}

static void put_section(struct text *module, uint8_t kind, const struct text *section) {
    put_byte(module, kind);
    put_number(module, section->length);
    put(module, section->bytes, section->length);
}

static void put_exports(struct text *module, const char *lacks) {
    static const char *const names[] = {
#define SAMPLE_NAME(name, arguments) #name,
        CORE_CALLS(SAMPLE_NAME)
#undef SAMPLE_NAME
    };
    struct text section = {.length = 0};
    put_number(&section, CORE_CALL_COUNT - (lacks != NULL));
    for (uint32_t i = 0; i < CORE_CALL_COUNT; i++) {
        if (lacks != NULL && strcmp(names[i], lacks) == 0) continue;
        put_number(&section, (uint32_t)strlen(names[i]));
        put(&section, names[i], (uint32_t)strlen(names[i]));
        put_byte(&section, 0);
        /* abi is the second function, and all others are the first. */
        put_number(&section, i == CORE_abi ? 1 : 0);
    }
    put_section(module, 7, &section);
}

void sample_wasm(struct sample *sample, const struct sample_options *options) {
    struct text module = {.length = 0};
    struct text imports = {.length = 0};
    struct text code = {.length = 0};
    struct text padding = {.length = 0};
    const uint8_t bodies[] = {2, 2, 0, 0x0b, 4, 0, 0x41, options->abi == 0 ? CORE_ABI : options->abi, 0x0b};
    put(&module, "\0asm\1\0\0\0", 8);
    if (options->imports > 0) {
        put_byte(&imports, options->imports);
        put(&imports, "\1e\1f\0\0", 6);
        put_section(&module, 2, &imports);
    }
    put_exports(&module, options->lacks);
    put(&code, bodies, sizeof(bodies));
    put_section(&module, 10, &code);
    put(&padding, "\3pad", 4);
    for (uint32_t i = 0; i < options->padding; i++) put_byte(&padding, (uint8_t)(i * 31 + options->seed));
    put_section(&module, 0, &padding);
    memcpy(sample->bytes, module.bytes, module.length);
    sample->length = module.length;
}

struct image_header *sample_header(struct sample *sample) {
    return (struct image_header *)sample->bytes;
}

void sample_image(struct sample *sample, const struct sample_options *options) {
    static struct sample module;
    sample_wasm(&module, options);
    const struct image_header header = {
        .magic = {'F', 'S', 'K', 'M'},
        .header_bytes = 64,
        .abi = 1,
        .length = module.length,
        .memory_bytes = SAMPLE_MEMORY_BYTES,
        .rx_ring = 4096,
        .tx_ring = 4096,
        .rings_at = 9000,
        .rings_bytes = 49152,
        .profile = "sample",
    };
    memcpy(sample->bytes, &header, sizeof(header));
    memcpy(sample->bytes + sizeof(header), module.bytes, module.length);
    sample->length = (uint32_t)sizeof(header) + module.length;
}

void sample_digest(const struct sample *sample, uint8_t digest[32]) {
    digest_begin();
    digest_add(sample->bytes, sample->length);
    digest_end(digest);
}

const struct core_module *sample_built_in(void) {
    static struct sample module;
    static struct core_module built_in = {.profile = "built-in", .memory_bytes = SAMPLE_MEMORY_BYTES};
    const struct sample_options options = {.padding = 10};
    sample_wasm(&module, &options);
    built_in.bytes = module.bytes;
    built_in.length = module.length;
    return &built_in;
}
