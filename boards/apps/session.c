#include "session.h"

#include <stdio.h>
#include <string.h>

#include "board.h"
#include "firmshake.h"
#include "parse.h"

/* Where a plan is part of a command line, blanks are not always to be had. */
#define SEPARATORS " ,"

enum { MOST_PORTS = 4, MOST_PEERS = 4, BACKLOG = 4, DEFAULT_TIMEOUT_MS = 10000, LINE_BYTES = 140 };

static struct {
    uint16_t ports[MOST_PORTS];
    uint32_t port_count;
    struct {
        uint32_t address;
        uint16_t port;
    } peers[MOST_PEERS];
    uint32_t peer_count;
    uint32_t timeout_ms;
    uint32_t report_port;
    int report_listener;
    void (*report)(void);
} plan = {.timeout_ms = DEFAULT_TIMEOUT_MS};

static bool take_listen(const char *value) {
    uint32_t port = 0;
    const char *end = parse_number(value, 65535, &port);
    if (end == NULL || *end != 0 || port == 0 || plan.port_count == MOST_PORTS) return false;
    plan.ports[plan.port_count++] = (uint16_t)port;
    return true;
}

static bool take_connect(const char *value) {
    uint32_t address = 0;
    uint32_t port = 0;
    const char *end = parse_address(value, &address);
    if (end == NULL || *end != ':') return false;
    end = parse_number(end + 1, 65535, &port);
    if (end == NULL || *end != 0 || port == 0 || plan.peer_count == MOST_PEERS) return false;
    plan.peers[plan.peer_count].address = address;
    plan.peers[plan.peer_count++].port = (uint16_t)port;
    return true;
}

static bool take_timeout(const char *value) {
    const char *end = parse_number(value, 0x7fffffff, &plan.timeout_ms);
    return end != NULL && *end == 0 && plan.timeout_ms > 0;
}

static bool take_report(const char *value) {
    const char *end = parse_number(value, 65535, &plan.report_port);
    return end != NULL && *end == 0 && plan.report_port > 0;
}

static bool take(const char *word) {
    static const struct {
        const char *name;
        bool (*take)(const char *value);
    } words[] = {{"listen=", take_listen}, {"connect=", take_connect}, {"timeout=", take_timeout}, {"report=", take_report}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t length = strlen(words[i].name);
        if (strncmp(word, words[i].name, length) == 0) return words[i].take(word + length);
    }
    return false;
}

void session_on_report(void (*report)(void)) {
    plan.report = report;
}

bool session_plan(const char *text) {
    char word[48];
    while (*text != 0) {
        size_t length = strcspn(text, SEPARATORS);
        if (length > 0) {
            bool fits = length < sizeof(word);
            if (!fits) length = sizeof(word) - 1;
            memcpy(word, text, length);
            word[length] = 0;
            if (!fits || !take(word)) {
                char line[LINE_BYTES];
                snprintf(line, sizeof(line), "session: '%s' is not listen=PORT, connect=ADDRESS:PORT, timeout=MS or report=PORT", word);
                board_log(line);
                return false;
            }
        }
        text += length;
        text += strspn(text, SEPARATORS);
    }
    return true;
}

static void say(int handle, const char *what) {
    char line[LINE_BYTES];
    uint32_t address = fsk_remote_address(handle);
    snprintf(line, sizeof(line), "session: " FSK_IPV4_FORMAT ":%d %s", FSK_IPV4_BYTES(address), fsk_remote_port(handle), what);
    board_log(line);
}

static void report_to_all(void) {
    for (int handle = fsk_accept(plan.report_listener); handle > 0; handle = fsk_accept(plan.report_listener)) {
        if (plan.report != NULL) plan.report();
        fsk_close(handle);
    }
}

static void accept_all(int listener) {
    for (int handle = fsk_accept(listener); handle > 0; handle = fsk_accept(listener)) say(handle, "accepted");
}

/* What arrives is read and forgotten. */
static void read_all(int handle) {
    const void *at;
    for (int32_t length = fsk_read_region(handle, &at); length > 0; length = fsk_read_region(handle, &at)) {
        fsk_consume(handle, (uint32_t)length);
    }
}

static void open_all(void);

void session_told(void *context, int handle, uint32_t kinds) {
    (void)context;
    if ((kinds & FSK_EVENT_ACCEPTABLE) != 0) {
        if (handle == plan.report_listener) report_to_all();
        else accept_all(handle);
    }
    if ((kinds & FSK_EVENT_CONNECTED) != 0) say(handle, "connected");
    if ((kinds & FSK_EVENT_READABLE) != 0) read_all(handle);
    if ((kinds & FSK_EVENT_ADDRESS_CONFLICT) != 0) board_log("session: another host uses our address");
    if ((kinds & FSK_EVENT_RESTARTED) != 0) open_all();
    if ((kinds & FSK_EVENT_FAILED) != 0) {
        say(handle, fsk_error_name(fsk_failure(handle)));
        fsk_close(handle);
    } else if ((kinds & (FSK_EVENT_PEER_CLOSED | FSK_EVENT_CLOSED)) != 0) {
        say(handle, "closed");
        fsk_close(handle);
    }
}

static void say_failed(const char *call, uint32_t port) {
    char line[LINE_BYTES];
    snprintf(line, sizeof(line), "session: %s %u: %s", call, (unsigned)port, fsk_error_name(fsk_error()));
    board_log(line);
}

void session_begin(void) {
    fsk_on_event(session_told, NULL);
    open_all();
}

static void open_all(void) {
    for (uint32_t i = 0; i < plan.port_count; i++) {
        if (fsk_listen(plan.ports[i], BACKLOG) < 0) say_failed("listen", plan.ports[i]);
    }
    if (plan.report_port != 0) {
        plan.report_listener = fsk_listen((uint16_t)plan.report_port, BACKLOG);
        if (plan.report_listener < 0) say_failed("listen", plan.report_port);
    }
    for (uint32_t i = 0; i < plan.peer_count; i++) {
        if (fsk_connect(plan.peers[i].address, plan.peers[i].port, plan.timeout_ms) < 0) say_failed("connect", plan.peers[i].port);
    }
}
