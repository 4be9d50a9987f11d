/* Who the board is: what menuconfig says, and over it what the serial set-up was told, in NVS. */
#include <string.h>

#include "board.h"
#include "esp32.h"
#include "nvs.h"
#include "nvs_flash.h"
#include "parse.h"
#include "sdkconfig.h"

#ifndef CONFIG_FIRMSHAKE_SSID
#define CONFIG_FIRMSHAKE_SSID ""
#define CONFIG_FIRMSHAKE_PASSWORD ""
#endif

static const char SPACE[] = "firmshake";
static const char KEY[] = "setup";

/* As it lies in NVS. Another size is of another version, and not read. */
struct kept {
    struct setup setup;
};

void settings_open(void) {
    esp_err_t result = nvs_flash_init();
    /* Never written, or by another version: what is there is lost either way. */
    if (result == ESP_ERR_NVS_NO_FREE_PAGES || result == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        need("NVS", nvs_flash_erase());
        result = nvs_flash_init();
    }
    need("NVS", result);
}

static void copy(char *to, size_t size, const char *from) {
    size_t length = strlen(from) < size ? strlen(from) : size - 1;
    memcpy(to, from, length);
    to[length] = 0;
}

/* What menuconfig has that cannot be is left empty: setup_lacks says what is missing. */
static void load_configured(struct setup *setup) {
    memset(setup, 0, sizeof(*setup));
    copy(setup->ssid, sizeof(setup->ssid), CONFIG_FIRMSHAKE_SSID);
    copy(setup->password, sizeof(setup->password), CONFIG_FIRMSHAKE_PASSWORD);
    if (!parse_network(CONFIG_FIRMSHAKE_ADDRESS, &setup->address, &setup->prefix_length)) {
        board_log("setup: the address in menuconfig is none");
        setup->address = 0;
        setup->prefix_length = 0;
    }
    if (CONFIG_FIRMSHAKE_GATEWAY[0] != 0 && !parse_host(CONFIG_FIRMSHAKE_GATEWAY, &setup->gateway)) {
        board_log("setup: the router in menuconfig is none");
        setup->gateway = 0;
    }
}

static bool load_kept(struct kept *kept) {
    nvs_handle_t nvs;
    size_t length = sizeof(*kept);
    if (nvs_open(SPACE, NVS_READONLY, &nvs) != ESP_OK) return false;
    bool is_read = nvs_get_blob(nvs, KEY, kept, &length) == ESP_OK && length == sizeof(*kept);
    nvs_close(nvs);
    /* Texts end, whatever flash says. */
    kept->setup.ssid[SSID_MOST] = 0;
    kept->setup.password[PASSWORD_MOST] = 0;
    return is_read;
}

void settings_load(struct setup *setup) {
    struct kept kept;
    load_configured(setup);
    if (load_kept(&kept)) *setup = kept.setup;
}

void settings_save(const struct setup *setup) {
    struct kept kept;
    nvs_handle_t nvs;
    memset(&kept, 0, sizeof(kept));
    kept.setup = *setup;
    if (!is_ok("setup: NVS", nvs_open(SPACE, NVS_READWRITE, &nvs))) return;
    bool is_kept = is_ok("setup: NVS", nvs_set_blob(nvs, KEY, &kept, sizeof(kept))) && is_ok("setup: NVS", nvs_commit(nvs));
    nvs_close(nvs);
    if (is_kept) board_log("setup: kept");
}
