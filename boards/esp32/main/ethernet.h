/* What an Ethernet interface is made of: interface_emac.c, interface_w5500.c or interface_openeth.c. One of them is built. */
#ifndef FIRMSHAKE_ETHERNET_H
#define FIRMSHAKE_ETHERNET_H

#include <stdbool.h>

#include "esp_eth.h"

/* For the log. */
extern const char interface_name[];

/* False: the reason is logged. */
bool interface_make(esp_eth_mac_t **mac, esp_eth_phy_t **phy);

#endif
