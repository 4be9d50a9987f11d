#include "arming.h"

enum { US_PER_MS = 1000 };

void arming_set(struct arming *arming, uint32_t at_ms, uint64_t now_us) {
    uint64_t now_ms = now_us / US_PER_MS;
    int32_t in_ms = (int32_t)(at_ms - (uint32_t)now_ms);
    arming->is_armed = true;
    arming->at_us = in_ms <= 0 ? now_us : (now_ms + (uint32_t)in_ms) * US_PER_MS;
}

void arming_clear(struct arming *arming) {
    arming->is_armed = false;
}

static enum arming_action stop(struct arming *arming) {
    if (!arming->is_started) return ARMING_SLEEP;
    arming->is_started = false;
    return ARMING_STOP;
}

enum arming_action arming_next(struct arming *arming, bool has_fired, uint64_t now_us, uint64_t *in_us) {
    if (!arming->is_armed) return stop(arming);
    if (now_us >= arming->at_us) {
        /* Told once: the loop arms it anew. What the timer may still do is void, and wakes the loop for nothing at worst. */
        arming->is_armed = false;
        return ARMING_DUE;
    }
    if (arming->is_started && !has_fired && arming->started_for_us == arming->at_us) return ARMING_SLEEP;
    arming->is_started = true;
    arming->started_for_us = arming->at_us;
    *in_us = arming->at_us - now_us;
    return ARMING_START;
}
