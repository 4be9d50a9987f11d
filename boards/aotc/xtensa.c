#include "xtensa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a line has at most, and what is written for it; LLVM's are of 40 bytes. */
enum { LINE_BYTES = 256, WRITTEN_BYTES = 512, OPERANDS = 3 };

/* Where the code begins. */
#define START ".Lstart"

struct writer {
    char *at;
    size_t length;
    size_t capacity;
};

static void write_text(struct writer *writer, const char *text) {
    size_t length = strlen(text);
    if (writer->capacity - writer->length < length) {
        writer->capacity = 2 * writer->capacity + length;
        char *at = realloc(writer->at, writer->capacity);
        if (at == NULL) fail("no memory for assembly");
        writer->at = at;
    }
    memcpy(writer->at + writer->length, text, length);
    writer->length += length;
}

/* A line without its end, taken apart: an instruction or a directive, and what it is about. */
struct line {
    char text[LINE_BYTES];
    const char *name;
    const char *operands[OPERANDS];
    uint32_t count;
};

static void take_apart(struct line *line, const char *text) {
    snprintf(line->text, sizeof(line->text), "%s", text);
    line->name = strtok(line->text, "\t ");
    if (line->name == NULL) line->name = "";
    line->count = 0;
    while (line->count < OPERANDS) {
        const char *operand = strtok(NULL, "\t, ");
        if (operand == NULL) break;
        line->operands[line->count++] = operand;
    }
}

static bool is_one_of(const char *name, const char *const *names) {
    while (*names != NULL && strcmp(name, *names) != 0) names++;
    return *names != NULL;
}

/* A whole number within bounds, and not a symbol. */
static bool is_number(const char *text, long least, long most) {
    char *end;
    long value = strtol(text, &end, 10);
    return end != text && *end == 0 && value >= least && value <= most;
}

/* A number only: an address would be known when the code is loaded, and code in place cannot be told. */
static bool rewrite_literal(struct writer *writer, const struct line *line) {
    char text[WRITTEN_BYTES];
    if (line->count != 2 || !is_number(line->operands[1], INT32_MIN, UINT32_MAX)) return false;
    snprintf(text, sizeof(text), "%s:\n\t.4byte\t%s\n", line->operands[0], line->operands[1]);
    write_text(writer, text);
    return true;
}

static bool rewrite_directive(struct writer *writer, const char *text) {
    /* These say nothing of where something lies, or only what holds in place, too. */
    static const char *const kept[] = {".file", ".text", ".global", ".p2align", ".type", ".size", NULL};
    struct line line = {.count = 0};
    take_apart(&line, text);
    /* For debuggers, and LLVM's assembler does not know the return address's register by its name. */
    if (strncmp(line.name, ".cfi_", strlen(".cfi_")) == 0) return true;
    if (strcmp(line.name, ".literal") == 0) return rewrite_literal(writer, &line);
    if (strcmp(line.name, ".literal_position") == 0) {
        write_text(writer, "\t.text\n\t.p2align\t2\n");
        return true;
    }
    /* Another section is one that code in place does not find. */
    bool is_note = strcmp(line.name, ".section") == 0 && line.count > 0 && strcmp(line.operands[0], "\".note.GNU-stack\"") == 0;
    if (!is_note && !is_one_of(line.name, kept)) return false;
    write_text(writer, text);
    write_text(writer, "\n");
    return true;
}

/*
 * L32R loads the word at ((PC + 3) & -4) + 4 * distance, which lies before it (Instruction Set Architecture Reference Manual, chapter
 * 6). LLVM 22's assembler looks at the last bits of a place within a piece of the code, not within the code: it is wrong by a word in
 * one of thirty. So the instruction is told by its bytes, where the PC of the second is "." - 1; and what is beyond 16 bits is cut
 * off, or it would go into the next instruction.
 */
static bool rewrite_load(struct writer *writer, const struct line *line) {
    enum { L32R = 1, REGISTER_SHIFT = 4, LAST_REGISTER = 15 };
    char text[WRITTEN_BYTES];
    if (line->count != 2 || line->operands[0][0] != 'a' || !is_number(line->operands[0] + 1, 0, LAST_REGISTER)) return false;
    long code = strtol(line->operands[0] + 1, NULL, 10) << REGISTER_SHIFT | L32R;
    const char *literal = line->operands[1];
    snprintf(text, sizeof(text), "\t.byte\t%ld\n\t.2byte\t((%s-" START "-((.-" START "+2)&-4))>>2)&65535\n", code, literal);
    write_text(writer, text);
    return true;
}

/* Has it a form of two bytes instead of three (the code density option)? LLVM does not ask. */
static bool is_short(const struct line *line) {
    const char *last = line->count > 0 ? line->operands[line->count - 1] : "";
    if (strcmp(line->name, "add") == 0 || strcmp(line->name, "ret") == 0) return true;
    if (strcmp(line->name, "l32i") == 0 || strcmp(line->name, "s32i") == 0) return is_number(last, 0, 60);
    if (strcmp(line->name, "addi") == 0) return is_number(last, -1, -1) || is_number(last, 1, 15);
    return strcmp(line->name, "movi") == 0 && is_number(last, -32, 95);
}

static void write_short(struct writer *writer, const struct line *line) {
    write_text(writer, "\t");
    write_text(writer, line->name);
    write_text(writer, ".n");
    for (uint32_t i = 0; i < line->count; i++) {
        write_text(writer, i == 0 ? "\t" : ", ");
        write_text(writer, line->operands[i]);
    }
    write_text(writer, "\n");
}

static bool rewrite_instruction(struct writer *writer, const char *text) {
    struct line line = {.count = 0};
    take_apart(&line, text);
    if (strcmp(line.name, "l32r") == 0) return rewrite_load(writer, &line);
    /* Its distance is one of words, too; and code in place calls what the runtime tells it. */
    if (strcmp(line.name, "call0") == 0) return false;
    /* A move, as LLVM writes it. */
    if (strcmp(line.name, "or") == 0 && line.count == OPERANDS && strcmp(line.operands[1], line.operands[2]) == 0) {
        line.name = "mov";
        line.count--;
        write_short(writer, &line);
    } else if (is_short(&line)) {
        write_short(writer, &line);
    } else {
        write_text(writer, text);
        write_text(writer, "\n");
    }
    return true;
}

static void rewrite_line(struct writer *writer, const char *text) {
    bool is_known = true;
    if (text[0] == '\t' && text[1] == '.') {
        is_known = rewrite_directive(writer, text);
    } else if (text[0] == '\t') {
        is_known = rewrite_instruction(writer, text);
    } else {
        write_text(writer, text);
        write_text(writer, "\n");
    }
    if (!is_known) fail("code for Xtensa that cannot run in place: %s", text + 1);
}

struct bytes rewrite_assembly(const char *assembly, uint32_t length) {
    struct writer writer = {.at = NULL};
    write_text(&writer, "\t.text\n\t.p2align\t2\n" START ":\n");
    const char *end = assembly + length;
    while (assembly < end) {
        char text[LINE_BYTES];
        const char *line_end = memchr(assembly, '\n', (size_t)(end - assembly));
        size_t line_length = (size_t)((line_end == NULL ? end : line_end) - assembly);
        if (line_length >= sizeof(text)) fail("code for Xtensa with a line that is too long");
        memcpy(text, assembly, line_length);
        text[line_length] = 0;
        rewrite_line(&writer, text);
        assembly += line_length + 1;
    }
    return (struct bytes){.at = (uint8_t *)writer.at, .length = (uint32_t)writer.length};
}
