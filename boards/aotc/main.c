/* Makes an .aot file of a WebAssembly module, for WAMR. Silent where it succeeds; 2 and one line on stderr where not. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "options.h"

/* A module for a microcontroller is far smaller: what is longer is a mistake. */
enum { WASM_BYTES_MAX = 16 * 1024 * 1024 };

static struct bytes read_file(const char *name) {
    FILE *file = fopen(name, "rb");
    if (file == NULL) fail("%s cannot be read: %s", name, strerror(errno));
    struct bytes bytes = {.at = malloc(WASM_BYTES_MAX)};
    if (bytes.at == NULL) fail("%s cannot be read: %s", name, strerror(errno));
    bytes.length = (uint32_t)fread(bytes.at, 1, WASM_BYTES_MAX, file);
    if (ferror(file)) fail("%s cannot be read: %s", name, strerror(errno));
    if (bytes.length == WASM_BYTES_MAX) fail("%s is longer than %d bytes", name, WASM_BYTES_MAX - 1);
    fclose(file);
    return bytes;
}

static void write_file(const char *name, struct bytes bytes) {
    FILE *file = fopen(name, "wb");
    bool is_written = file != NULL && fwrite(bytes.at, 1, bytes.length, file) == bytes.length;
    /* What the buffer still holds is written, and may fail, only here. */
    if (file != NULL && fclose(file) != 0) is_written = false;
    if (!is_written) fail("%s cannot be written: %s", name, strerror(errno));
}

int main(int count, char **arguments) {
    struct options options = read_options(count, arguments);
    write_file(options.output, compile(&options, read_file(options.input)));
    return 0;
}
