#include "wasm.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core.h"

enum { HEADER_BYTES = 8, SECTION_CUSTOM = 0, SECTION_IMPORT = 2, SECTION_EXPORT = 7, SECTION_CODE = 10, SECTIONS = 13 };
enum { KIND_FUNCTION = 0, I32_CONST = 0x41, END = 0x0b, NO_FUNCTION = UINT32_MAX };

/* What is left to read. Reading beyond its end gives zeros, and is remembered. */
struct reader {
    const uint8_t *at;
    const uint8_t *end;
    bool is_broken;
};

static uint8_t next_byte(struct reader *reader) {
    if (reader->at < reader->end) return *reader->at++;
    reader->is_broken = true;
    return 0;
}

/* LEB128 of at most 32 bits: §5.2.2. */
static uint32_t next_number(struct reader *reader) {
    uint32_t value = 0;
    for (uint32_t shift = 0; shift < 35; shift += 7) {
        uint8_t byte = next_byte(reader);
        if (shift == 28 && byte > 0x0f) break;
        value |= (uint32_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return value;
    }
    reader->is_broken = true;
    return 0;
}

static struct reader next_part(struct reader *reader) {
    uint32_t length = next_number(reader);
    struct reader part = {reader->at, reader->at, false};
    if (length > (size_t)(reader->end - reader->at)) {
        reader->is_broken = true;
        return part;
    }
    reader->at += length;
    part.end = reader->at;
    return part;
}

/* Which of the core's calls has this name, or CORE_CALL_COUNT. */
static uint32_t call_named(const struct reader *name) {
    static const char *const names[] = {
#define CALL_NAME(name, arguments) #name,
        CORE_CALLS(CALL_NAME)
#undef CALL_NAME
    };
    size_t length = (size_t)(name->end - name->at);
    uint32_t call = 0;
    while (call < CORE_CALL_COUNT && (strlen(names[call]) != length || memcmp(names[call], name->at, length) != 0)) call++;
    return call;
}

/* Finds the function behind `abi`; NULL, or what is wrong. */
static const char *check_exports(struct reader section, uint32_t *abi) {
    uint64_t missing = ((uint64_t)1 << CORE_CALL_COUNT) - 1;
    _Static_assert(CORE_CALL_COUNT < 64, "a bit for each");
    for (uint32_t count = next_number(&section); count > 0 && !section.is_broken; count--) {
        struct reader name = next_part(&section);
        uint8_t kind = next_byte(&section);
        uint32_t index = next_number(&section);
        uint32_t call = kind == KIND_FUNCTION ? call_named(&name) : CORE_CALL_COUNT;
        if (call == CORE_CALL_COUNT) continue;
        missing &= ~((uint64_t)1 << call);
        if (call == CORE_abi) *abi = index;
    }
    if (section.is_broken) return "not whole: its exports are cut off";
    return missing == 0 ? NULL : "the module lacks an export";
}

/* What a function gives that only gives a number; else -1. There are no imports, so that it is the index'th body. */
static int32_t constant_of(struct reader section, uint32_t index) {
    uint32_t count = next_number(&section);
    if (index >= count) return -1;
    struct reader body = {0};
    for (uint32_t i = 0; i <= index && !section.is_broken; i++) body = next_part(&section);
    if (section.is_broken || body.end - body.at != 4) return -1;
    bool is_constant = body.at[0] == 0 && body.at[1] == I32_CONST && body.at[2] < 0x40 && body.at[3] == END;
    return is_constant ? body.at[2] : -1;
}

const char *wasm_check(const uint8_t *bytes, uint32_t length) {
    struct reader sections[SECTIONS] = {0};
    struct reader module = {bytes + HEADER_BYTES, bytes + length, false};
    uint32_t abi = NO_FUNCTION;
    while (module.at < module.end && !module.is_broken) {
        uint8_t kind = next_byte(&module);
        struct reader section = next_part(&module);
        if (kind >= SECTIONS) return "no WebAssembly: a section of an unknown kind";
        if (kind != SECTION_CUSTOM) sections[kind] = section;
    }
    if (module.is_broken) return "not whole: a section of the module is cut off";
    if (sections[SECTION_IMPORT].at != NULL && next_number(&sections[SECTION_IMPORT]) != 0) return "the module imports something";
    if (sections[SECTION_EXPORT].at == NULL || sections[SECTION_CODE].at == NULL) return "the module lacks an export";
    const char *wrong = check_exports(sections[SECTION_EXPORT], &abi);
    if (wrong != NULL) return wrong;
    int32_t number = constant_of(sections[SECTION_CODE], abi);
    return number < 0 || number == CORE_ABI ? NULL : "the module speaks another ABI";
}
