/* The MAC within an ESP32, and a PHY on RMII. */
#include "driver/gpio.h"
#include "esp32.h"
#include "esp_idf_version.h"
#include "ethernet.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "sdkconfig.h"

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 3, 0)
#include "esp_eth_mac_esp.h"
#endif

const char interface_name[] = "the chip's own MAC";

/* Its oscillator needs some ms. */
enum { POWER_MS = 20 };

static bool switch_on(void) {
    if (CONFIG_FIRMSHAKE_PHY_POWER < 0) return true;
    const gpio_config_t config = {.pin_bit_mask = 1ull << (CONFIG_FIRMSHAKE_PHY_POWER & 63), .mode = GPIO_MODE_OUTPUT};
    if (!is_ok("link: PHY's power", gpio_config(&config))) return false;
    if (!is_ok("link: PHY's power", gpio_set_level(CONFIG_FIRMSHAKE_PHY_POWER, 1))) return false;
    vTaskDelay(pdMS_TO_TICKS(POWER_MS));
    return true;
}

static eth_esp32_emac_config_t emac_config(void) {
    eth_esp32_emac_config_t config = ETH_ESP32_EMAC_DEFAULT_CONFIG();
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 3, 0)
    config.smi_gpio.mdc_num = CONFIG_FIRMSHAKE_PHY_MDC;
    config.smi_gpio.mdio_num = CONFIG_FIRMSHAKE_PHY_MDIO;
#else
    config.smi_mdc_gpio_num = CONFIG_FIRMSHAKE_PHY_MDC;
    config.smi_mdio_gpio_num = CONFIG_FIRMSHAKE_PHY_MDIO;
#endif
    config.clock_config.rmii.clock_mode = EMAC_CLK_EXT_IN;
    config.clock_config.rmii.clock_gpio = 0;
#if CONFIG_FIRMSHAKE_PHY_CLOCK_OUT
    config.clock_config.rmii.clock_mode = EMAC_CLK_OUT;
    config.clock_config.rmii.clock_gpio = CONFIG_FIRMSHAKE_PHY_CLOCK_GPIO;
#endif
    return config;
}

bool interface_make(esp_eth_mac_t **mac, esp_eth_phy_t **phy) {
    const eth_mac_config_t mac_config = ETH_MAC_DEFAULT_CONFIG();
    const eth_esp32_emac_config_t chip_config = emac_config();
    eth_phy_config_t phy_config = ETH_PHY_DEFAULT_CONFIG();
    phy_config.phy_addr = CONFIG_FIRMSHAKE_PHY_ADDRESS;
    phy_config.reset_gpio_num = CONFIG_FIRMSHAKE_PHY_RESET;
    if (!switch_on()) return false;
    *mac = esp_eth_mac_new_esp32(&chip_config, &mac_config);
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 4, 0)
    /* What IEEE 802.3 says of every PHY is all that is needed. */
    *phy = esp_eth_phy_new_generic(&phy_config);
#else
    *phy = esp_eth_phy_new_lan87xx(&phy_config);
#endif
    return is_ok("link: MAC", *mac != NULL ? ESP_OK : ESP_FAIL) && is_ok("link: PHY", *phy != NULL ? ESP_OK : ESP_FAIL);
}
