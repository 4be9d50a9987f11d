/* What the crate's headers want of FreeRTOS and esp_netif, which it does not carry. */
#include <stdint.h>
typedef uint32_t TickType_t;
typedef uint32_t UBaseType_t;
typedef int32_t BaseType_t;
typedef void *QueueHandle_t;
typedef void *esp_netif_t;
typedef void *esp_netif_inherent_config_t;
