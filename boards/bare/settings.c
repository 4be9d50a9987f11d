/* Settings: words of the command line that QEMU was given. */
#include <string.h>

#include "bare.h"

bool bare_setting(const char *name, char *buffer, uint32_t size) {
    uint32_t length = strlen(name);
    const char *word = bare_command_line();
    buffer[0] = 0;
    while (word != NULL && (strncmp(word, name, length) != 0 || word[length] != '=')) {
        word = strchr(word, ' ');
        if (word != NULL) word++;
    }
    if (word == NULL) return false;
    const char *value = word + length + 1;
    uint32_t taken = strcspn(value, " ");
    if (taken >= size) return false;
    memcpy(buffer, value, taken);
    buffer[taken] = 0;
    return true;
}
