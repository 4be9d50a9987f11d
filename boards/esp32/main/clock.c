/* The clock, the sleep of the loop's task, and what wakes it: a notification, from tasks and interrupts alike. */
#include "arming.h"
#include "board.h"
#include "esp32.h"
#include "esp_attr.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

static struct arming arming;
static TaskHandle_t loop;
static volatile bool has_rung;

/* In an interrupt, or in the timer's task. True: a task of higher priority is to run now. */
static bool IRAM_ATTR rang(void) {
    BaseType_t is_to_yield = pdFALSE;
    has_rung = true;
    /* A macro that ends a statement by itself in ESP-IDF 5.1: hence the braces. */
    if (xPortInIsrContext()) {
        vTaskNotifyGiveFromISR(loop, &is_to_yield);
    } else {
        xTaskNotifyGive(loop);
    }
    return is_to_yield == pdTRUE;
}

void clock_open(void) {
    loop = xTaskGetCurrentTaskHandle();
    alarm_open(rang);
}

static uint64_t now_us(void) {
    return (uint64_t)esp_timer_get_time();
}

uint32_t board_now(void) {
    return (uint32_t)(now_us() / 1000);
}

void board_arm(uint32_t at) {
    arming_set(&arming, at, now_us());
}

void board_disarm(void) {
    arming_clear(&arming);
}

void board_wait(void) {
    uint64_t in_us = 0;
    switch (arming_next(&arming, has_rung, now_us(), &in_us)) {
        case ARMING_DUE: return;
        case ARMING_START:
            has_rung = false;
            alarm_start(in_us);
            break;
        case ARMING_STOP: alarm_stop(); break;
        case ARMING_SLEEP: break;
    }
    ulTaskNotifyTake(pdTRUE, link_is_held() ? 1 : portMAX_DELAY);
}

void board_wake(void) {
    BaseType_t is_to_yield = pdFALSE;
    if (loop == NULL) return;
    if (!xPortInIsrContext()) {
        xTaskNotifyGive(loop);
        return;
    }
    vTaskNotifyGiveFromISR(loop, &is_to_yield);
    if (is_to_yield == pdTRUE) portYIELD_FROM_ISR();
}

/* ESP-IDF's watchdog looks after the idle task: a loop that never sleeps starves it, and one that sleeps has nothing to show. */
void board_alive(void) {}
