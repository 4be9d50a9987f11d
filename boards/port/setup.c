#include "setup.h"

#include <stdio.h>
#include <string.h>

#include "firmshake.h"
#include "parse.h"

enum { TEXT_BYTES = 128 };

/* Each says what stands, and takes an answer: false, it cannot be. */
struct question {
    const char *asks;
    const char *wants;
    bool is_secret;
    bool is_of_wifi;
    void (*tell)(const struct setup *setup, char *text, size_t size);
    bool (*take)(struct setup *setup, const char *answer);
};

static void tell_ssid(const struct setup *setup, char *text, size_t size) {
    snprintf(text, size, "%s", setup->ssid);
}

static bool take_ssid(struct setup *setup, const char *answer) {
    if (strlen(answer) > SSID_MOST) return false;
    /* Another network has another password. */
    if (strcmp(setup->ssid, answer) != 0) setup->password[0] = 0;
    snprintf(setup->ssid, sizeof(setup->ssid), "%s", answer);
    return true;
}

static void tell_password(const struct setup *setup, char *text, size_t size) {
    snprintf(text, size, "%s", setup->password[0] == 0 ? "none" : "kept");
}

static bool is_password(const char *text) {
    size_t length = strlen(text);
    bool is_key = length == PASSWORD_MOST && strspn(text, "0123456789abcdefABCDEF") == PASSWORD_MOST;
    return is_key || (length >= PASSWORD_LEAST && length < PASSWORD_MOST);
}

static bool take_password(struct setup *setup, const char *answer) {
    bool is_open = strcmp(answer, "-") == 0;
    if (!is_open && !is_password(answer)) return false;
    snprintf(setup->password, sizeof(setup->password), "%s", is_open ? "" : answer);
    return true;
}

static void tell_address(const struct setup *setup, char *text, size_t size) {
    snprintf(text, size, FSK_IPV4_FORMAT "/%u", FSK_IPV4_BYTES(setup->address), setup->prefix_length);
}

/* Of one network: neither its name nor its broadcast, and of no group. RFC 1122 §3.2.1.3. */
static bool is_host(uint32_t address, uint8_t prefix_length) {
    if (prefix_length < 1 || prefix_length > 30) return false;
    uint32_t host = address & (UINT32_MAX >> prefix_length);
    uint32_t first = address >> 24;
    return host != 0 && host != UINT32_MAX >> prefix_length && first != 0 && first != 127 && first < 224;
}

static bool is_neighbour(const struct setup *setup, uint32_t address) {
    uint32_t differs = (setup->address ^ address) & ~(UINT32_MAX >> setup->prefix_length);
    return differs == 0 && address != setup->address && is_host(address, setup->prefix_length);
}

static bool take_address(struct setup *setup, const char *answer) {
    uint32_t address;
    uint8_t prefix_length;
    if (!parse_network(answer, &address, &prefix_length) || !is_host(address, prefix_length)) return false;
    setup->address = address;
    setup->prefix_length = prefix_length;
    /* The router of another network is none here. */
    if (!is_neighbour(setup, setup->gateway)) setup->gateway = 0;
    return true;
}

static void tell_gateway(const struct setup *setup, char *text, size_t size) {
    if (setup->gateway == 0) snprintf(text, size, "none");
    else snprintf(text, size, FSK_IPV4_FORMAT, FSK_IPV4_BYTES(setup->gateway));
}

static bool take_gateway(struct setup *setup, const char *answer) {
    uint32_t address = 0;
    bool is_none = strcmp(answer, "-") == 0;
    if (!is_none && (!parse_host(answer, &address) || !is_neighbour(setup, address))) return false;
    setup->gateway = address;
    return true;
}

static const struct question QUESTIONS[] = {
    {"Wi-Fi network", "1 to 32 characters", false, true, tell_ssid, take_ssid},
    {"its password, - for none", "8 to 63 characters, or 64 hexadecimal digits", true, true, tell_password, take_password},
    {"address of this board", "like 192.168.1.50/24, of a host", false, false, tell_address, take_address},
    {"router, - for none", "a host in the same network", false, false, tell_gateway, take_gateway},
};
enum { QUESTION_COUNT = sizeof(QUESTIONS) / sizeof(QUESTIONS[0]) };

const char *setup_lacks(const struct setup *setup, bool has_wifi) {
    if (has_wifi && setup->ssid[0] == 0) return "no Wi-Fi network is set";
    if (has_wifi && setup->password[0] != 0 && !is_password(setup->password)) return "the password of the Wi-Fi network cannot be";
    if (!is_host(setup->address, setup->prefix_length)) return "no host can have the address that is set";
    if (setup->gateway != 0 && !is_neighbour(setup, setup->gateway)) return "the router is not in this network";
    return NULL;
}

static void ask(struct setup_dialogue *dialogue) {
    const struct question *question = &QUESTIONS[dialogue->question];
    char stands[TEXT_BYTES / 2];
    char text[TEXT_BYTES];
    question->tell(dialogue->setup, stands, sizeof(stands));
    snprintf(text, sizeof(text), "%s [%s]: ", question->asks, stands);
    line_begin(&dialogue->line, question->is_secret);
    dialogue->show(text);
}

void setup_begin(struct setup_dialogue *dialogue, struct setup *setup, bool has_wifi, void (*show)(const char *text)) {
    memset(dialogue, 0, sizeof(*dialogue));
    dialogue->setup = setup;
    dialogue->show = show;
    while (!has_wifi && QUESTIONS[dialogue->question].is_of_wifi) dialogue->question++;
    ask(dialogue);
}

static void refuse(struct setup_dialogue *dialogue) {
    char text[TEXT_BYTES];
    snprintf(text, sizeof(text), "that cannot be: %s\r\n", QUESTIONS[dialogue->question].wants);
    dialogue->show(text);
}

/* Nothing keeps what is there, where there is something. */
static bool is_good(const struct setup_dialogue *dialogue, const char *answer) {
    const struct question *question = &QUESTIONS[dialogue->question];
    char stands[TEXT_BYTES / 2];
    if (answer[0] != 0) return question->take(dialogue->setup, answer);
    question->tell(dialogue->setup, stands, sizeof(stands));
    return stands[0] != 0;
}

bool setup_take(struct setup_dialogue *dialogue, char byte) {
    char echo[4];
    if (dialogue->question == QUESTION_COUNT) return true;
    bool is_whole = line_take(&dialogue->line, byte, echo);
    if (echo[0] != 0) dialogue->show(echo);
    if (!is_whole) return false;
    if (is_good(dialogue, dialogue->line.text)) dialogue->question++;
    else refuse(dialogue);
    if (dialogue->question == QUESTION_COUNT) return true;
    ask(dialogue);
    return false;
}
