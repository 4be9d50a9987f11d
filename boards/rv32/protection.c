/* Memory: what may be done where (physical memory protection, privileged architecture 1.12 §3.7), and how much is used. */
#include "chip.h"

/* Bytes for code that is written at run time: what an ahead-of-time compiled module takes that does not run in place. */
#ifndef BOARD_EXECUTABLE_BYTES
#error "the build says how much: BOARD_EXECUTABLE_BYTES, 0 for none"
#endif

/* From link.ld; the sizes are the addresses of their symbols. */
extern char flash_start[], guard_start[], ram_start[], ram_end[], executable_start[], executable_end[];
extern char flash_bytes[], ram_bytes[];
extern uint32_t stack_bottom[], stack_top[];
extern char FLASH_BYTES[], GUARD_BYTES[];

/* §3.7.1. Locked entries (PMP_L) bind M mode, too. */
enum { PMP_R = 1, PMP_W = 2, PMP_X = 4, PMP_TOR = 1 << 3, PMP_NAPOT = 3 << 3, PMP_L = 1 << 7 };

/*
 * The rest of QEMU's memory, wherever it ends: a chip has none there, but what settings.c reads is there. And the page of NULL.
 * Devices are not protected.
 */
enum { PAGE_BYTES = 4096 };
#define MEMORY_BYTES 0x80000000u

#if BOARD_EXECUTABLE_BYTES > 0
static uint8_t executable[BOARD_EXECUTABLE_BYTES] __attribute__((aligned(16), section(".executable")));
#endif

static uint32_t power_of_two(const char *start, uint32_t length) {
    return (uintptr_t)start >> 2 | (length / 8 - 1);
}

static uint32_t bound(const char *address) {
    return (uintptr_t)address >> 2;
}

/* A register has the settings of four entries. */
static uint32_t four(uint32_t first, uint32_t second, uint32_t third, uint32_t fourth) {
    return (first | second << 8 | third << 16 | fourth << 24) | PMP_L * 0x01010101u;
}

/* The entry with the lowest number that matches decides. One that ends at its address (TOR) begins at the address before. */
void protection_start(void) {
    csr_write(pmpaddr0, power_of_two(guard_start, (uintptr_t)GUARD_BYTES));
    csr_write(pmpaddr1, power_of_two(flash_start, (uintptr_t)FLASH_BYTES));
    csr_write(pmpaddr2, bound(executable_start));
    csr_write(pmpaddr3, bound(executable_end));
    csr_write(pmpcfg0, four(PMP_NAPOT, PMP_NAPOT | PMP_R | PMP_X, 0, PMP_TOR | PMP_R | PMP_W | PMP_X));
    csr_write(pmpaddr4, bound(ram_start));
    csr_write(pmpaddr5, bound(ram_end));
    csr_write(pmpaddr6, power_of_two(flash_start, MEMORY_BYTES));
    csr_write(pmpaddr7, power_of_two(0, PAGE_BYTES));
    csr_write(pmpcfg1, four(0, PMP_TOR | PMP_R | PMP_W, PMP_NAPOT | PMP_R, PMP_NAPOT));
}

void memory_figures(struct bare_figures *figures) {
    figures->flash = (uintptr_t)flash_bytes;
    figures->ram = (uintptr_t)ram_bytes;
    figures->stack = (uint32_t)(stack_top - stack_bottom) * sizeof(uint32_t);
    figures->stack_high_water = stack_used(stack_bottom, stack_top);
}

/* Always the same array: there is one module. */
void *board_executable(uint32_t length) {
#if BOARD_EXECUTABLE_BYTES > 0
    return length <= sizeof(executable) ? executable : 0;
#else
    (void)length;
    return 0;
#endif
}
