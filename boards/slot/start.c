#include "start.h"

#include "board.h"
#include "board_slot.h"
#include "slot.h"
#include "stack.h"

/* What the build embeds. */
extern const struct core_module fsk_module;

void slot_start(const struct fsk_config *config) {
    stack_use(slot_boot(&fsk_module, stack_memory_bytes()));
    if (fsk_start(config) == 0) return;
    if (slot_failed()) board_restart();
    board_halt();
}
