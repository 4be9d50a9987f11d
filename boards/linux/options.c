/* The command line of this board's programs. */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "linux.h"
#include "parse.h"

static const char USAGE[] =
    "usage: %s (--tap NAME | --fd N) --address A/N [--gateway A] [--mac M] [--dump FILE] [--do PLAN]\n"
    "       PLAN: listen=PORT,connect=ADDRESS:PORT,timeout=MS\n"
    "       firmshake-linux-slot besides: --slot FILE [--key FILE]\n";

_Noreturn void options_refuse(const char *program, const char *option, const char *value) {
    fprintf(stderr, "%s: --%s %s: not understood\n", program, option, value);
    exit(2);
}

static bool take_mac(const char *text) {
    uint8_t mac[6];
    bool is_right = parse_mac(text, mac);
    if (is_right) identity_use_mac(mac);
    return is_right;
}

static bool take_descriptor(const char *text, int *descriptor) {
    uint32_t number = 0;
    const char *end = parse_number(text, 1023, &number);
    *descriptor = (int)number;
    return end != NULL && *end == 0;
}

struct options options_of(const char *program, int count, char **arguments) {
    static const struct option known[] = {
        {"tap", required_argument, NULL, 't'},     {"fd", required_argument, NULL, 'f'},  {"address", required_argument, NULL, 'a'},
        {"gateway", required_argument, NULL, 'g'}, {"mac", required_argument, NULL, 'm'}, {"dump", required_argument, NULL, 'd'},
        {"do", required_argument, NULL, 'p'},      {"slot", required_argument, NULL, 's'}, {"key", required_argument, NULL, 'k'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.descriptor = -1};
    int index = 0;
    for (int letter; (letter = getopt_long(count, arguments, "", known, &index)) != -1;) {
        bool is_right = letter != '?';
        if (letter == 't') options.tap = optarg;
        else if (letter == 'f') is_right = take_descriptor(optarg, &options.descriptor);
        else if (letter == 'a') is_right = parse_network(optarg, &options.config.address, &options.config.prefix_length);
        else if (letter == 'g') is_right = parse_host(optarg, &options.config.gateway);
        else if (letter == 'm') is_right = take_mac(optarg);
        else if (letter == 'd') dump_use(optarg);
        else if (letter == 'p') options.plan = optarg;
        else if (letter == 's') options.slot = optarg;
        else if (letter == 'k') options.key = optarg;
        if (letter == '?') exit(2);
        if (!is_right) options_refuse(program, known[index].name, optarg);
    }
    bool has_link = (options.tap != NULL) != (options.descriptor >= 0);
    if (!has_link || options.config.prefix_length == 0 || optind != count) {
        fprintf(stderr, USAGE, program);
        exit(2);
    }
    return options;
}

void board_open(const struct options *options) {
    if (!clock_open()) board_halt();
    if (options->tap != NULL && link_open_tap(options->tap) < 0) board_halt();
    if (options->descriptor >= 0 && link_use(options->descriptor) < 0) board_halt();
}
