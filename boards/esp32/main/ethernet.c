/* Ethernet through ESP-IDF's drivers, whatever the chip is: frames as they are, without ESP-IDF's own stack. */
#include "ethernet.h"

#include <stdio.h>
#include <stdlib.h>

#include "board.h"
#include "bootloader_random.h"
#include "esp32.h"
#include "esp_event.h"
#include "esp_mac.h"
#include "esp_random.h"

static esp_eth_handle_t ethernet;

/* In the driver's task. The buffer is ours: the driver has allocated it, and reads the next frame into another. */
static esp_err_t arrived(esp_eth_handle_t from, uint8_t *frame, uint32_t length, void *unused) {
    (void)from;
    (void)unused;
    link_frame(frame, length);
    free(frame);
    return ESP_OK;
}

static void say_up(void) {
    char line[64];
    eth_speed_t speed = ETH_SPEED_10M;
    eth_duplex_t duplex = ETH_DUPLEX_HALF;
    esp_eth_ioctl(ethernet, ETH_CMD_G_SPEED, &speed);
    esp_eth_ioctl(ethernet, ETH_CMD_G_DUPLEX_MODE, &duplex);
    snprintf(line, sizeof(line), "link: up: %s Mbit/s, %s duplex", speed == ETH_SPEED_100M ? "100" : "10", duplex == ETH_DUPLEX_FULL ? "full" : "half");
    board_log(line);
}

/* In the task of ESP-IDF's events. */
static void happened(void *context, esp_event_base_t base, int32_t id, void *data) {
    (void)context;
    (void)base;
    (void)data;
    if (id == ETHERNET_EVENT_CONNECTED) {
        say_up();
        link_is_up(true);
    }
    if (id == ETHERNET_EVENT_DISCONNECTED) {
        board_log("link: down: no cable, or nobody at its other end");
        link_is_up(false);
    }
}

static bool install(void) {
    esp_eth_mac_t *mac = NULL;
    esp_eth_phy_t *phy = NULL;
    if (!interface_make(&mac, &phy)) return false;
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(mac, phy);
    return is_ok("link: Ethernet", esp_eth_driver_install(&config, &ethernet));
}

bool driver_start(const struct setup *setup) {
    char line[64];
    uint8_t mac[6];
    (void)setup;
    snprintf(line, sizeof(line), "link: Ethernet, %s", interface_name);
    board_log(line);
    driver_mac(mac);
    return is_ok("link: events", esp_event_loop_create_default()) && install() &&
           is_ok("link: MAC", esp_eth_ioctl(ethernet, ETH_CMD_S_MAC_ADDR, mac)) &&
           is_ok("link: events", esp_event_handler_register(ETH_EVENT, ESP_EVENT_ANY_ID, happened, NULL)) &&
           is_ok("link: frames", esp_eth_update_input_path(ethernet, arrived, NULL)) && is_ok("link: Ethernet", esp_eth_start(ethernet));
}

/* The driver copies the frame, or waits until it is in the chip. */
enum driver_result driver_send(const void *frame, uint32_t length) {
    esp_err_t result = esp_eth_transmit(ethernet, (void *)(uintptr_t)frame, length);
    if (result == ESP_OK) return DRIVER_SENT;
    return result == ESP_ERR_NO_MEM || result == ESP_ERR_TIMEOUT ? DRIVER_BUSY : DRIVER_REFUSED;
}

void driver_mac(uint8_t mac[6]) {
    need("MAC", esp_read_mac(mac, ESP_MAC_ETH));
}

/* Without a radio the noise has to be switched on, and off again: it takes the ADC meanwhile. ESP-IDF, "Random Number Generation". */
bool driver_entropy(void *bytes, uint32_t length) {
    bootloader_random_enable();
    esp_fill_random(bytes, length);
    bootloader_random_disable();
    return true;
}
