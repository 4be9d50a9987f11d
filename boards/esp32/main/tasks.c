/* Calls that wait (firmshake_tasks.h) on FreeRTOS: one lock, and a semaphore on the stack of each task that waits. */
#include "board.h"
#include "board_tasks.h"
#include "esp32.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"

struct waiter {
    StaticSemaphore_t memory;
    SemaphoreHandle_t told;
    struct waiter *next;
};

static StaticSemaphore_t lock_memory;
static SemaphoreHandle_t lock;
/* Under the lock. */
static struct waiter *waiting;

void tasks_open(void) {
    lock = xSemaphoreCreateRecursiveMutexStatic(&lock_memory);
}

void board_lock(void) {
    xSemaphoreTakeRecursive(lock, portMAX_DELAY);
}

void board_unlock(void) {
    xSemaphoreGiveRecursive(lock);
}

void board_tell_waiting(void) {
    for (struct waiter *waiter = waiting; waiter != NULL; waiter = waiter->next) xSemaphoreGive(waiter->told);
}

static void forget(const struct waiter *gone) {
    struct waiter **at = &waiting;
    while (*at != gone) at = &(*at)->next;
    *at = gone->next;
}

static TickType_t ticks_until(uint32_t until) {
    int32_t in_ms = (int32_t)(until - board_now());
    return in_ms <= 0 ? 0 : pdMS_TO_TICKS(in_ms) + 1;
}

/* A semaphore keeps what is told between the lock's end and the sleep. */
void board_wait_told(bool has_limit, uint32_t until) {
    struct waiter self = {.next = waiting};
    self.told = xSemaphoreCreateBinaryStatic(&self.memory);
    waiting = &self;
    board_unlock();
    xSemaphoreTake(self.told, has_limit ? ticks_until(until) : portMAX_DELAY);
    board_lock();
    forget(&self);
    vSemaphoreDelete(self.told);
}
