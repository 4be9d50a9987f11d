/*
 * The clock, the sleep of the loop's task, and what wakes it: a notification, from tasks and interrupts alike. And a watchdog for that
 * task: ESP-IDF's own looks at idle tasks, and a flood that keeps the loop busy is no reason to begin anew.
 */
#include "arming.h"
#include "board.h"
#include "esp32.h"
#include "esp_attr.h"
#include "esp_system.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

/* A turn takes some ms; what a trap leaves takes two seconds on a slow log. After so long without sleep others get a tick. */
enum { HUNG_MS = 5000, BUSY_MS = 500 };

static struct arming arming;
static TaskHandle_t loop;
static volatile bool has_rung;

/* Runs while the loop is awake, and once more: an idle board has no timer but the stack's. */
static struct {
    esp_timer_handle_t timer;
    volatile bool is_on;
    volatile bool is_asleep;
    volatile uint32_t alive_at;
} watch;

/* When the loop slept last. */
static uint32_t rested_at;

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

/*
 * In the timer's task, whose priority is above the loop's. It alone starts the timer while `is_on`, and the loop alone while not: it is
 * never started twice.
 */
static void look(void *unused) {
    (void)unused;
    if (watch.is_asleep) {
        watch.is_on = false;
        return;
    }
    if (board_now() - watch.alive_at >= HUNG_MS) {
        board_log("watchdog: the loop has hung");
        esp_restart();
    }
    esp_timer_start_once(watch.timer, HUNG_MS * 1000);
}

void clock_open(void) {
    const esp_timer_create_args_t arguments = {.callback = look, .name = "watch"};
    loop = xTaskGetCurrentTaskHandle();
    watch.is_asleep = true;
    need("watchdog", esp_timer_create(&arguments, &watch.timer));
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

/* Until it is notified. A loop that never has to wait lets tasks below it run from time to time. */
static void sleep(void) {
    uint32_t from = board_now();
    ulTaskNotifyTake(pdTRUE, link_is_held() ? 1 : portMAX_DELAY);
    bool is_rested = board_now() != from;
    if (!is_rested && from - rested_at >= BUSY_MS) {
        vTaskDelay(1);
        is_rested = true;
    }
    if (is_rested) rested_at = board_now();
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
    watch.is_asleep = true;
    sleep();
    board_alive();
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

void board_alive(void) {
    watch.alive_at = board_now();
    watch.is_asleep = false;
    if (watch.is_on) return;
    watch.is_on = true;
    need("watchdog", esp_timer_start_once(watch.timer, HUNG_MS * 1000));
}
