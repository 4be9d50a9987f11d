/* From power-on to a host on the network, and back there after a trap. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "dump.h"
#include "stack.h"

/* What the build says: how much the runtime needs, and how large the module's memory is. */
#if !defined(FSK_POOL_BYTES) || !defined(FSK_MEMORY_BYTES)
#error "the build sizes the stack: FSK_POOL_BYTES, FSK_MEMORY_BYTES"
#endif

/* A dump takes seconds on a slow log. Whoever has seen these has seen what traps. */
enum { MOST_DUMPS = 3, LINE_BYTES = 200 };

/* What the build embeds. */
extern const struct core_module fsk_module;

#ifndef FSK_POOL_OF_BOARD
void *board_pool(uint32_t length) {
    static uint8_t pool[FSK_POOL_BYTES] __attribute__((aligned(16)));
    return length <= sizeof(pool) ? pool : NULL;
}
#endif

static uint8_t linear[(FSK_MEMORY_BYTES + 15) / 16 * 16] __attribute__((aligned(16)));

/* What runs: that which is embedded, unless the firmware has another. */
static const struct core_module *module = &fsk_module;
static struct fsk_config configured;
static uint32_t restarts;

void stack_log(const char *format, ...) {
    char line[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    board_log(line);
}

static uint32_t network_order(uint32_t address) {
    const uint8_t bytes[] = {(uint8_t)(address >> 24), (uint8_t)(address >> 16), (uint8_t)(address >> 8), (uint8_t)address};
    uint32_t result;
    memcpy(&result, bytes, sizeof(result));
    return result;
}

int stack_boot(void) {
    struct fsk_boot_record *record = core_bytes((uint32_t)core_call(CORE_config, 0, 0, 0, 0), sizeof(*record));
    if (record == NULL) return FSK_ENETDOWN;
    memset(record, 0, sizeof(*record));
    board_mac(record->mac);
    record->prefix_length = configured.prefix_length;
    record->address = network_order(configured.address);
    record->gateway = network_order(configured.gateway);
    if (!board_entropy(record->key, sizeof(record->key))) {
        stack_log("firmshake: does not start: the board gives no entropy, and without it every sequence number could be guessed");
        return FSK_ENETDOWN;
    }
    int result = core_call(CORE_boot, board_now(), 0, 0, 0);
    /* The identity has its copy of the key: nobody needs a second one. */
    memset(record->key, 0, sizeof(record->key));
    return result;
}

static void say_who_we_are(void) {
    const struct fsk_config *c = &configured;
    stack_log("firmshake: " FSK_IPV4_FORMAT "/%u, profile %s, %lu bytes of memory, %lu of %lu bytes of the runtime's pool",
              FSK_IPV4_BYTES(c->address), c->prefix_length, module->profile, (unsigned long)module->memory_bytes,
              (unsigned long)core_pool_high_water(), (unsigned long)FSK_POOL_BYTES);
}

void stack_use(const struct core_module *other) {
    module = other;
}

uint32_t stack_memory_bytes(void) {
    return sizeof(linear);
}

const char *stack_load(void) {
    const struct core_memory memory = {board_pool(FSK_POOL_BYTES), FSK_POOL_BYTES, linear, sizeof(linear)};
    if (memory.pool == NULL) return "the board has no memory for the runtime's pool";
    return core_load(module, &memory);
}

int fsk_start(const struct fsk_config *config) {
    configured = *config;
    const char *wrong = stack_load();
    int result = wrong == NULL ? stack_boot() : FSK_ENETDOWN;
    if (result == FSK_EINVAL) wrong = "no host can have this address, prefix length or gateway";
    if (core_trapped() != NULL) wrong = core_trapped()->reason;
    if (wrong != NULL) stack_log("firmshake: does not start: %s", wrong);
    if (result == 0) say_who_we_are();
    /* There is an address to announce. */
    stack_called();
    return stack_result(result);
}

static void dump(const struct core_trap *trap) {
    const struct core_places at = core_places();
    struct fsk_dump_header header;
    memset(&header, 0, sizeof(header));
    memcpy(header.magic, FSK_DUMP_MAGIC, sizeof(header.magic));
    header.header_bytes = sizeof(header);
    header.abi = CORE_ABI;
    header.now = board_now();
    header.restarts = restarts;
    header.config_at = at.config;
    header.rx_frame_at = at.rx_frame;
    header.tx_frame_at = at.tx_frame;
    header.statistics_at = at.statistics;
    header.rx_length = stack_rx_length;
    header.rx_ring = module->rx_ring;
    header.tx_ring = module->tx_ring;
    snprintf(header.call, sizeof(header.call), "%s", core_call_name(trap->call));
    snprintf(header.reason, sizeof(header.reason), "%s", trap->reason);
    snprintf(header.profile, sizeof(header.profile), "%s", module->profile);
    const uint8_t *memory = core_memory(&header.memory_bytes);
    header.left_out_at = module->rings_at;
    header.left_out_bytes = module->rings_bytes;
    uint32_t behind = module->rings_at + module->rings_bytes;
    const struct board_part parts[] = {
        {&header, sizeof(header)}, {memory, module->rings_at}, {memory + behind, header.memory_bytes - behind}};
    board_dump(parts, 3);
}

void stack_recover(void) {
    const struct core_trap *trap = core_trapped();
    restarts++;
    stack_log("firmshake: trap in %s: %s; restart %lu", core_call_name(trap->call), trap->reason, (unsigned long)restarts);
    if (restarts <= MOST_DUMPS) dump(trap);
    const char *wrong = core_restart();
    int result = wrong == NULL ? stack_boot() : FSK_ENETDOWN;
    if (result != 0) {
        stack_log("firmshake: does not start again: %s", wrong != NULL ? wrong : fsk_error_name(result));
        board_halt();
    }
    struct fsk_statistics *statistics = core_statistics();
    if (statistics != NULL) statistics->restarts = restarts;
}
