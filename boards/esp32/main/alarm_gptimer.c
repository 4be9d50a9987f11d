/* The one-shot timer: a general purpose timer that counts µs. It is on while it is armed: so long the chip does not sleep lightly. */
#include <stddef.h>

#include "driver/gptimer.h"
#include "esp32.h"
#include "esp_attr.h"

static gptimer_handle_t timer;
static bool is_on;
static bool (*ring)(void);

static bool IRAM_ATTR alarmed(gptimer_handle_t from, const gptimer_alarm_event_data_t *event, void *unused) {
    (void)from;
    (void)event;
    (void)unused;
    return ring();
}

void alarm_open(bool (*rang)(void)) {
    const gptimer_config_t config = {.clk_src = GPTIMER_CLK_SRC_DEFAULT, .direction = GPTIMER_COUNT_UP, .resolution_hz = 1000000};
    const gptimer_event_callbacks_t callbacks = {.on_alarm = alarmed};
    ring = rang;
    need("timer", gptimer_new_timer(&config, &timer));
    need("timer", gptimer_register_event_callbacks(timer, &callbacks, NULL));
}

void alarm_start(uint64_t in_us) {
    uint64_t count = 0;
    if (!is_on) {
        need("timer", gptimer_enable(timer));
        need("timer", gptimer_start(timer));
        is_on = true;
    }
    need("timer", gptimer_get_raw_count(timer, &count));
    const gptimer_alarm_config_t alarm = {.alarm_count = count + in_us};
    need("timer", gptimer_set_alarm_action(timer, &alarm));
}

void alarm_stop(void) {
    if (!is_on) return;
    need("timer", gptimer_stop(timer));
    need("timer", gptimer_disable(timer));
    is_on = false;
}
