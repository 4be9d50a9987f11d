/* Numbers and addresses from text, all or nothing. Each gives where it stopped, or NULL: not one. */
#ifndef FIRMSHAKE_PARSE_H
#define FIRMSHAKE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

const char *parse_number(const char *text, uint32_t most, uint32_t *number);

/* 10.73.0.2, in host order. */
const char *parse_address(const char *text, uint32_t *address);

/* All of a text: 10.73.0.2/24; 10.73.0.2. */
bool parse_network(const char *text, uint32_t *address, uint8_t *prefix_length);
bool parse_host(const char *text, uint32_t *address);

/* All of a text: 02:46:53:00:00:02. */
bool parse_mac(const char *text, uint8_t mac[6]);

#endif
