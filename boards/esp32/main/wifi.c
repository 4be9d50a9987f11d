/* The Wi-Fi station as an Ethernet interface: its driver takes and gives whole frames, without ESP-IDF's own stack in between. */
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "esp32.h"
#include "esp_event.h"
#include "esp_mac.h"
#include "esp_private/wifi.h"
#include "esp_random.h"
#include "esp_timer.h"
#include "esp_wifi.h"
#include "sdkconfig.h"

/* Between attempts: doubled from the first to the last. */
enum { FIRST_RETRY_MS = 500, LAST_RETRY_MS = 16000 };

static esp_timer_handle_t retry;
static uint32_t retry_ms = FIRST_RETRY_MS;
static bool is_radio_on;
static bool is_associated;

/* In Wi-Fi's task. `handle` is what the buffer belongs to, and is freed by. */
static esp_err_t arrived(void *frame, uint16_t length, void *handle) {
    link_frame(frame, length);
    esp_wifi_internal_free_rx_buffer(handle);
    return ESP_OK;
}

static void connect(void *unused) {
    (void)unused;
    is_ok("link: Wi-Fi: connect", esp_wifi_connect());
}

static void say_up(const wifi_event_sta_connected_t *event) {
    char line[96];
    wifi_ap_record_t peer;
    int rssi = esp_wifi_sta_get_ap_info(&peer) == ESP_OK ? peer.rssi : 0;
    snprintf(line, sizeof(line), "link: up: '%.*s', channel %u, %d dBm", (int)event->ssid_len, (const char *)event->ssid, event->channel, rssi);
    board_log(line);
}

static void went_up(const wifi_event_sta_connected_t *event) {
    say_up(event);
    is_associated = true;
    retry_ms = FIRST_RETRY_MS;
    is_ok("link: Wi-Fi: frames", esp_wifi_internal_reg_rxcb(WIFI_IF_STA, arrived));
    /* The address is known already: from here on the driver may let the radio sleep. */
    esp_wifi_internal_set_sta_ip();
    link_is_up(true);
}

/* IEEE 802.11 §9.4.1.7, and ESP-IDF's own from 200 on. */
static const char *reason_text(uint8_t reason) {
    switch (reason) {
        case WIFI_REASON_NO_AP_FOUND: return "no such network is heard";
        case WIFI_REASON_AUTH_FAIL: return "the password may be wrong";
        case WIFI_REASON_4WAY_HANDSHAKE_TIMEOUT: return "the password may be wrong";
        case WIFI_REASON_HANDSHAKE_TIMEOUT: return "the password may be wrong";
        case WIFI_REASON_BEACON_TIMEOUT: return "the network is not heard any more";
        case WIFI_REASON_ASSOC_TOOMANY: return "the network is full";
        default: return "see esp_wifi_types";
    }
}

static void went_down(const wifi_event_sta_disconnected_t *event) {
    char line[112];
    if (is_associated) esp_wifi_internal_reg_rxcb(WIFI_IF_STA, NULL);
    is_associated = false;
    link_is_up(false);
    snprintf(line, sizeof(line), "link: down: reason %u, %s; again in %u ms", event->reason, reason_text(event->reason), (unsigned)retry_ms);
    board_log(line);
    is_ok("link: Wi-Fi: retry", esp_timer_start_once(retry, (uint64_t)retry_ms * 1000));
    retry_ms = retry_ms * 2 < LAST_RETRY_MS ? retry_ms * 2 : LAST_RETRY_MS;
}

/* In the task of ESP-IDF's events. */
static void happened(void *context, esp_event_base_t base, int32_t id, void *data) {
    (void)context;
    (void)base;
    if (id == WIFI_EVENT_STA_START) connect(NULL);
    if (id == WIFI_EVENT_STA_CONNECTED) went_up(data);
    if (id == WIFI_EVENT_STA_DISCONNECTED) went_down(data);
}

static wifi_config_t station(const struct setup *setup) {
    wifi_config_t config;
    memset(&config, 0, sizeof(config));
    /* Neither ends with a zero where it is as long as may be. */
    memcpy(config.sta.ssid, setup->ssid, strlen(setup->ssid));
    memcpy(config.sta.password, setup->password, strlen(setup->password));
    config.sta.threshold.authmode = setup->password[0] == 0 ? WIFI_AUTH_OPEN : WIFI_AUTH_WPA2_PSK;
    /* WPA3 where the network has it: IEEE 802.11 §12.4.4. */
    config.sta.sae_pwe_h2e = WPA3_SAE_PWE_BOTH;
    config.sta.pmf_cfg.capable = true;
    return config;
}

static bool start_driver(const struct setup *setup) {
    const wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    const esp_timer_create_args_t timer = {.callback = connect, .name = "wifi"};
    wifi_config_t as_station = station(setup);
    wifi_ps_type_t power_save = WIFI_PS_NONE;
#if CONFIG_FIRMSHAKE_WIFI_POWER_SAVE
    power_save = WIFI_PS_MIN_MODEM;
#endif
    return is_ok("link: events", esp_event_loop_create_default()) && is_ok("link: timer", esp_timer_create(&timer, &retry)) &&
           is_ok("link: Wi-Fi", esp_wifi_init(&config)) &&
           is_ok("link: events", esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, happened, NULL)) &&
           is_ok("link: Wi-Fi", esp_wifi_set_storage(WIFI_STORAGE_RAM)) && is_ok("link: Wi-Fi", esp_wifi_set_mode(WIFI_MODE_STA)) &&
           is_ok("link: Wi-Fi", esp_wifi_set_config(WIFI_IF_STA, &as_station)) && is_ok("link: Wi-Fi", esp_wifi_set_ps(power_save)) &&
           is_ok("link: Wi-Fi", esp_wifi_start());
}

bool driver_start(const struct setup *setup) {
    char line[64];
    snprintf(line, sizeof(line), "link: Wi-Fi, looking for '%s'", setup->ssid);
    board_log(line);
    is_radio_on = start_driver(setup);
    return is_radio_on;
}

/* Copies the frame. */
enum driver_result driver_send(const void *frame, uint32_t length) {
    if (!is_associated) return DRIVER_REFUSED;
    esp_err_t result = esp_wifi_internal_tx(WIFI_IF_STA, (void *)(uintptr_t)frame, (uint16_t)length);
    if (result == ESP_OK) return DRIVER_SENT;
    return result == ESP_ERR_NO_MEM ? DRIVER_BUSY : DRIVER_REFUSED;
}

void driver_mac(uint8_t mac[6]) {
    need("MAC", esp_read_mac(mac, ESP_MAC_WIFI_STA));
}

/* While the radio is on its noise is in every word. ESP-IDF, "Random Number Generation". */
bool driver_entropy(void *bytes, uint32_t length) {
    if (is_radio_on) esp_fill_random(bytes, length);
    return is_radio_on;
}
