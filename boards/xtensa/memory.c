/* How much memory is used. What may be done where is the MMU's matter: see start.S. */
#include "chip.h"

/* From link.ld; the sizes are the addresses of their symbols. */
extern char flash_bytes[], ram_bytes[];
extern uint32_t stack_bottom[], stack_top[];

void memory_figures(struct bare_figures *figures) {
    figures->flash = (uintptr_t)flash_bytes;
    figures->ram = (uintptr_t)ram_bytes;
    figures->stack = (uint32_t)((uintptr_t)stack_top - (uintptr_t)stack_bottom);
    figures->stack_high_water = stack_used(stack_bottom, stack_top);
}

/* None: modules that were compiled ahead of time run in place. */
void *board_executable(uint32_t length) {
    (void)length;
    return 0;
}
