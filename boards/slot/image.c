#include "image.h"

#include <stddef.h>
#include <string.h>

#include "wasm.h"

/*
 * An .aot file begins with its magic number, a version, and a section of type 0 of which what lies here is for: a kind of file, the
 * machine, its ABI and its name. WAMR, aot_loader.c, load_target_info_section.
 */
enum { VERSION_END = 8, TARGET_AT = 16, TARGET_END = 64 };

static struct image_header header_of(const uint8_t *bytes) {
    struct image_header header;
    memcpy(&header, bytes, sizeof(header));
    return header;
}

static const char *check_header(const uint8_t *bytes, uint32_t length, uint32_t memory_bytes) {
    if (length < sizeof(struct image_header) + VERSION_END) return "too short for a module";
    const struct image_header header = header_of(bytes);
    if (memcmp(header.magic, IMAGE_MAGIC, sizeof(header.magic)) != 0) return "no image of a module";
    if (header.header_bytes != sizeof(header)) return "an image of another format";
    if (header.length != length - sizeof(header)) return "not whole: the image is of another length";
    if (header.abi != CORE_ABI) return "the module speaks another ABI";
    if (memchr(header.profile, 0, sizeof(header.profile)) == NULL) return "the profile's name does not end";
    if (header.memory_bytes == 0 || header.memory_bytes > memory_bytes) return "the module needs more memory than this firmware has";
    bool is_within = header.rings_at <= header.memory_bytes && header.rings_bytes <= header.memory_bytes - header.rings_at;
    return is_within ? NULL : "the rings lie outside of the module's memory";
}

static bool is_wasm(const uint8_t *bytes) {
    return memcmp(bytes, "\0asm", 4) == 0;
}

const char *image_check(const uint8_t *bytes, uint32_t length, const struct core_module *like, uint32_t memory_bytes) {
    const char *wrong = check_header(bytes, length, memory_bytes);
    if (wrong != NULL) return wrong;
    const uint8_t *module = bytes + sizeof(struct image_header);
    uint32_t module_length = length - (uint32_t)sizeof(struct image_header);
    if (memcmp(module, like->bytes, VERSION_END) != 0) return "for another engine than this firmware has, or another version of it";
    if (is_wasm(module)) return wasm_check(module, module_length);
    if (module_length < TARGET_END) return "too short for a module";
    bool is_ours = memcmp(module + TARGET_AT, like->bytes + TARGET_AT, TARGET_END - TARGET_AT) == 0;
    return is_ours ? NULL : "compiled for another CPU";
}

struct core_module image_module(const uint8_t *bytes) {
    const struct image_header header = header_of(bytes);
    struct core_module module = {
        .bytes = bytes + sizeof(header),
        .length = header.length,
        /* Where it lies, so that it stays. */
        .profile = (const char *)bytes + offsetof(struct image_header, profile),
        .memory_bytes = header.memory_bytes,
        .rx_ring = header.rx_ring,
        .tx_ring = header.tx_ring,
        .rings_at = header.rings_at,
        .rings_bytes = header.rings_bytes,
    };
    return module;
}
