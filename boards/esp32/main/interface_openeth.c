/* OpenCores' Ethernet MAC: no chip has it, and emulators of all of them do. */
#include "esp32.h"
#include "esp_idf_version.h"
#include "ethernet.h"

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 3, 0)
#include "esp_eth_mac_openeth.h"
#endif

const char interface_name[] = "OpenCores";

bool interface_make(esp_eth_mac_t **mac, esp_eth_phy_t **phy) {
    const eth_mac_config_t mac_config = ETH_MAC_DEFAULT_CONFIG();
    eth_phy_config_t phy_config = ETH_PHY_DEFAULT_CONFIG();
    phy_config.phy_addr = 1;
    phy_config.reset_gpio_num = -1;
    /* The emulator's PHY does not negotiate. */
    phy_config.autonego_timeout_ms = 100;
    *mac = esp_eth_mac_new_openeth(&mac_config);
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
    *phy = esp_eth_phy_new_generic(&phy_config);
#else
    *phy = esp_eth_phy_new_dp83848(&phy_config);
#endif
    return is_ok("link: MAC", *mac != NULL ? ESP_OK : ESP_FAIL) && is_ok("link: PHY", *phy != NULL ? ESP_OK : ESP_FAIL);
}
