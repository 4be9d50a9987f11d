/*
 * The command line and a file from QEMU's command line. QEMU 7.2 takes no -fw_cfg on this machine; but what -append and -initrd give is
 * in memory, and told in the device tree (Devicetree Specification 0.4, §5) that QEMU leaves for a kernel.
 */
#include <string.h>

#include "../chip.h"

/* §5.2: words of the header. §5.4: tokens of the structure block. */
enum { TREE_MAGIC = 0, TREE_STRUCTURE = 2, TREE_STRINGS = 3 };
enum { TOKEN_BEGIN_NODE = 1, TOKEN_END_NODE = 2, TOKEN_PROPERTY = 3, TOKEN_NOP = 4 };
#define TREE_MAGIC_VALUE 0xd00dfeedu

static const uint32_t *tree;

/* All numbers there are big-endian. */
static uint32_t number(const uint32_t *at) {
    return __builtin_bswap32(*at);
}

void settings_start(const void *device_tree) {
    const uint32_t *header = device_tree;
    if (number(header + TREE_MAGIC) == TREE_MAGIC_VALUE) tree = header;
}

static const uint32_t *behind(const void *bytes, uint32_t length) {
    return (const uint32_t *)(((uintptr_t)bytes + length + 3) & ~(uintptr_t)3);
}

/* Those that are asked for here are in /chosen only, so that nodes need not be told apart. NULL: there is none. */
static const void *find_property(const char *name, uint32_t *length) {
    if (tree == NULL) return NULL;
    const char *strings = (const char *)tree + number(tree + TREE_STRINGS);
    const uint32_t *at = behind(tree, number(tree + TREE_STRUCTURE));
    for (;;) {
        uint32_t token = number(at++);
        if (token == TOKEN_BEGIN_NODE) {
            at = behind(at, strlen((const char *)at) + 1);
        } else if (token == TOKEN_PROPERTY) {
            *length = number(at);
            if (strcmp(strings + number(at + 1), name) == 0) return at + 2;
            at = behind(at + 2, *length);
        } else if (token != TOKEN_END_NODE && token != TOKEN_NOP) {
            return NULL;
        }
    }
}

const char *bare_command_line(void) {
    uint32_t length;
    return find_property("bootargs", &length);
}

/* An address has one cell or two, of which the second is the lower half. */
static uintptr_t find_address(const char *name) {
    uint32_t length;
    const uint32_t *cells = find_property(name, &length);
    return cells == NULL ? 0 : number(cells + length / sizeof(*cells) - 1);
}

const void *bare_file(uint32_t *length) {
    uintptr_t start = find_address("linux,initrd-start");
    *length = find_address("linux,initrd-end") - start;
    return (const void *)start;
}
