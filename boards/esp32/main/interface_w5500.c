/* A W5500 on SPI: MAC and PHY in one chip, whose own TCP is not used. Its wires: README.md. */
#include "driver/gpio.h"
#include "driver/spi_master.h"
#include "esp32.h"
#include "ethernet.h"
#include "sdkconfig.h"

/* A component of its own since ESP-IDF 6. */
#if __has_include("esp_eth_mac_w5500.h")
#include "esp_eth_mac_w5500.h"
#include "esp_eth_phy_w5500.h"
#endif

const char interface_name[] = "W5500";

enum { MHZ = 1000000, QUEUE = 20 };

static bool open_bus(void) {
    const spi_bus_config_t bus = {
        .sclk_io_num = CONFIG_FIRMSHAKE_W5500_SCLK,
        .mosi_io_num = CONFIG_FIRMSHAKE_W5500_MOSI,
        .miso_io_num = CONFIG_FIRMSHAKE_W5500_MISO,
        .quadwp_io_num = -1,
        .quadhd_io_num = -1,
    };
    return is_ok("link: SPI", spi_bus_initialize(SPI2_HOST, &bus, SPI_DMA_CH_AUTO)) &&
           is_ok("link: INT of the W5500", gpio_install_isr_service(0));
}

bool interface_make(esp_eth_mac_t **mac, esp_eth_phy_t **phy) {
    /* The driver keeps a pointer to it. */
    static spi_device_interface_config_t device = {
        .mode = 0,
        .clock_speed_hz = CONFIG_FIRMSHAKE_W5500_MHZ * MHZ,
        .spics_io_num = CONFIG_FIRMSHAKE_W5500_CS,
        .queue_size = QUEUE,
    };
    const eth_mac_config_t mac_config = ETH_MAC_DEFAULT_CONFIG();
    eth_phy_config_t phy_config = ETH_PHY_DEFAULT_CONFIG();
    eth_w5500_config_t chip_config = ETH_W5500_DEFAULT_CONFIG(SPI2_HOST, &device);
    chip_config.int_gpio_num = CONFIG_FIRMSHAKE_W5500_INT;
    phy_config.reset_gpio_num = CONFIG_FIRMSHAKE_W5500_RESET;
    if (!open_bus()) return false;
    *mac = esp_eth_mac_new_w5500(&chip_config, &mac_config);
    *phy = esp_eth_phy_new_w5500(&phy_config);
    return is_ok("link: W5500", *mac != NULL ? ESP_OK : ESP_FAIL) && is_ok("link: W5500's PHY", *phy != NULL ? ESP_OK : ESP_FAIL);
}
