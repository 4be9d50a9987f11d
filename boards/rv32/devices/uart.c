/* The log: a 16550 that is only written to. */
#include "../chip.h"

/* NS16550A data sheet, §8: registers of a byte each. The divisor and the format stay as QEMU has them at reset. */
enum { UART_BASE = 0x10000000, UART_TRANSMIT = UART_BASE, UART_LINE_STATUS = UART_BASE + 5, LINE_STATUS_EMPTY = 1 << 5 };

/* A terminal that does not take a letter for so long is not waited for: the rest of the line is lost. */
enum { PATIENCE_MS = 1000 };

static bool wait_for_room(uint32_t since) {
    while ((*(volatile uint8_t *)UART_LINE_STATUS & LINE_STATUS_EMPTY) == 0) {
        if (clock_ticks() - since > PATIENCE_MS * CHIP_TICKS_PER_MS) return false;
    }
    return true;
}

/* Without interrupts: a handler may log, too, and lines are to stay whole. */
void board_log(const char *line) {
    uint32_t before = interrupts_off();
    uint32_t since = clock_ticks();
    for (; *line != 0 && wait_for_room(since); line++) *(volatile uint8_t *)UART_TRANSMIT = (uint8_t)*line;
    if (wait_for_room(since)) *(volatile uint8_t *)UART_TRANSMIT = '\n';
    /* QEMU stands still while nobody reads its output, and the clock goes on. */
    clock_forgive(clock_ticks() - since);
    interrupts_as(before);
}
