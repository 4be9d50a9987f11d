#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sdkconfig.h"
typedef int BaseType_t;
typedef unsigned int UBaseType_t;
typedef uint32_t TickType_t;
typedef uint8_t StackType_t;
typedef struct { uint32_t unused[24]; } StaticTask_t;
typedef struct { uint32_t unused[21]; } StaticQueue_t;
typedef StaticQueue_t StaticSemaphore_t;
typedef struct { uint32_t unused[8]; } StaticEventGroup_t;
#define pdFALSE ((BaseType_t)0)
#define pdTRUE ((BaseType_t)1)
#define portMAX_DELAY ((TickType_t)0xffffffffUL)
#define tskIDLE_PRIORITY ((UBaseType_t)0U)
#define pdMS_TO_TICKS(ms) ((TickType_t)(((TickType_t)(ms) * (TickType_t)CONFIG_FREERTOS_HZ) / (TickType_t)1000U))
BaseType_t xPortInIsrContext(void);
void stub_yield(void);
#define portYIELD_FROM_ISR() stub_yield()
