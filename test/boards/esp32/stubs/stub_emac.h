/* What esp_eth_mac.h has before 5.3, and esp_eth_mac_esp.h since. */
#pragma once
#if CONFIG_ETH_USE_ESP32_EMAC
typedef enum { EMAC_DATA_INTERFACE_RMII, EMAC_DATA_INTERFACE_MII } eth_data_interface_t;
typedef enum { EMAC_CLK_DEFAULT, EMAC_CLK_EXT_IN, EMAC_CLK_OUT } emac_rmii_clock_mode_t;
#if ESP_IDF_VERSION < ESP_IDF_VERSION_VAL(6, 0, 0)
typedef enum { EMAC_CLK_IN_GPIO = 0, EMAC_APPL_CLK_OUT_GPIO = 0, EMAC_CLK_OUT_GPIO = 16, EMAC_CLK_OUT_180_GPIO = 17 } stub_clock_gpio_t;
#else
typedef int stub_clock_gpio_t;
#endif
typedef union {
    struct {
        emac_rmii_clock_mode_t clock_mode;
        stub_clock_gpio_t clock_gpio;
    } rmii;
} eth_mac_clock_config_t;
typedef struct {
    int mdc_num;
    int mdio_num;
} emac_esp_smi_gpio_config_t;
typedef struct {
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 3, 0)
    emac_esp_smi_gpio_config_t smi_gpio;
#else
    int smi_mdc_gpio_num;
    int smi_mdio_gpio_num;
#endif
    eth_data_interface_t interface;
    eth_mac_clock_config_t clock_config;
} eth_esp32_emac_config_t;
#define ETH_ESP32_EMAC_DEFAULT_CONFIG() {.interface = EMAC_DATA_INTERFACE_RMII}
esp_eth_mac_t *esp_eth_mac_new_esp32(const eth_esp32_emac_config_t *esp32_config, const eth_mac_config_t *config);
#endif
