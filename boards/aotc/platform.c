/*
 * In place of WAMR's own, which prints all settings to stdout. What it logs, on the other hand, is a warning at least, such as
 * that code which is to run in place would need relocations: the loader on a board would refuse the file, so none is made.
 */
#include <stdarg.h>
#include <stdio.h>

#include "options.h"

int bh_platform_init(void);
void bh_platform_destroy(void);
int os_printf(const char *format, ...);
int os_vprintf(const char *format, va_list arguments);

int bh_platform_init(void) {
    return 0;
}

void bh_platform_destroy(void) {}

int os_printf(const char *format, ...) {
    (void)format;
    return 0;
}

int os_vprintf(const char *format, va_list arguments) {
    char text[160];
    vsnprintf(text, sizeof(text), format, arguments);
    fail("WAMR: %s", text);
}
