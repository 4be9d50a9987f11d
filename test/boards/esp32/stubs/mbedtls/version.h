#pragma once
#include "esp_idf_version.h"
/* ESP-IDF 6 has Mbed TLS 4. */
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
#define MBEDTLS_VERSION_MAJOR 4
#else
#define MBEDTLS_VERSION_MAJOR 3
#endif
