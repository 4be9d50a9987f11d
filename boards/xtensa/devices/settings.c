/* The command line and a file, as QEMU leaves them for a kernel: in a list of Linux' boot parameters for Xtensa. */
#include "../chip.h"

/* arch/xtensa/include/uapi/asm/bootparam.h: each is a tag, the length of what follows, and that. */
enum { TAG_COMMAND_LINE = 0x1001, TAG_FILE = 0x1002, TAG_FIRST = 0x7b0b, TAG_LAST = 0x7e0b };

struct parameter {
    uint16_t tag;
    uint16_t length;
    uint8_t bytes[];
};

/* Kind, first address, and the one behind the last: physical. */
struct memory {
    uint32_t kind;
    uint32_t start;
    uint32_t end;
};

static const struct parameter *parameters;

void settings_start(const void *list) {
    const struct parameter *first = list;
    if (first->tag == TAG_FIRST) parameters = first;
}

/* NULL: there is none. */
static const void *find(uint16_t tag) {
    const struct parameter *at = parameters;
    if (at == 0) return 0;
    while (at->tag != tag && at->tag != TAG_LAST) at = (const struct parameter *)(at->bytes + at->length);
    return at->tag == tag ? at->bytes : 0;
}

const char *bare_command_line(void) {
    return find(TAG_COMMAND_LINE);
}

const void *bare_file(uint32_t *length) {
    extern char kernel[];
    const struct memory *memory = find(TAG_FILE);
    *length = memory == 0 ? 0 : memory->end - memory->start;
    return memory == 0 ? 0 : kernel + memory->start;
}
