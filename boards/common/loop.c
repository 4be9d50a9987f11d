/*
 * The event loop: a frame has arrived, the timer has fired, or the firmware has made calls; then what the core has to say is told
 * and sent, and the timer is armed. One turn of it, the same on every board.
 */
#include "board.h"
#include "stack.h"

/* Frames taken in one turn, and rounds of events and frames that follow from one another: then the timer has its turn. */
enum { MOST_FRAMES = 16, MOST_ROUNDS = 8, MOST_EVENTS = 32 };

uint32_t stack_rx_length;

static struct {
    fsk_listener *listener;
    void *context;
    /* When the core is to be woken, in the board's time. */
    uint32_t deadline;
    bool has_deadline;
    /* When the firmware asked to be told, in the board's time. */
    uint32_t alarm;
    bool has_alarm;
    /* The alarm is another: the timer has to be armed anew. */
    bool is_alarm_new;
    /* Calls were made since what is pending was last asked. */
    bool is_called;
    /* There was no room for a frame: it stays in the core until there is. */
    bool is_held_up;
    bool is_turning;
    /* Something was told in this turn: who waits for it is to look. */
    bool has_told;
} loop;

void stack_called(void) {
    loop.is_called = true;
    board_wake();
}

void fsk_on_event(fsk_listener *listener, void *context) {
    board_lock();
    loop.listener = listener;
    loop.context = context;
    board_unlock();
}

bool stack_is_turning(void) {
    return loop.is_turning;
}

static void tell(int handle, uint32_t kinds) {
    loop.has_told = true;
    if (loop.listener != NULL) loop.listener(loop.context, handle, kinds);
}

/* Frames that do not go out now stay in the core, which makes them when they are asked for. */
static void send_frames(void) {
    loop.is_held_up = !board_can_send();
    while (!loop.is_held_up) {
        int32_t length = core_call(CORE_transmit, board_now(), 0, 0, 0);
        if (length <= 0) return;
        board_send(core_tx_frame(), (uint32_t)length);
        loop.is_held_up = !board_can_send();
    }
}

/* What is pending, from the result of `receive`: a drop has it in its upper bits. */
static uint32_t pending_of(int32_t result) {
    return result < 0 ? (uint32_t)-result >> 8 : (uint32_t)result;
}

static uint32_t take_frames(void) {
    uint32_t pending = 0;
    for (uint32_t taken = 0; core_rx_frame() != NULL; taken++) {
        if (taken == MOST_FRAMES) {
            board_wake();
            break;
        }
        uint32_t length = board_receive(core_rx_frame(), CORE_FRAME_BYTES);
        if (length == 0) break;
        stack_rx_length = length;
        uint32_t result = pending_of(core_call(CORE_receive, length, board_now(), 0, 0));
        /* An answer stands in the one transmit buffer until the next frame comes. */
        if ((result & FSK_PENDING_FRAME) != 0) send_frames();
        pending |= result;
    }
    return pending;
}

void fsk_tell_in(uint32_t delay_ms) {
    board_lock();
    loop.alarm = board_now() + delay_ms;
    loop.has_alarm = true;
    loop.is_alarm_new = true;
    stack_called();
    board_unlock();
}

static void tell_time(void) {
    if (!loop.has_alarm || (int32_t)(board_now() - loop.alarm) < 0) return;
    loop.has_alarm = false;
    loop.is_alarm_new = true;
    tell(0, FSK_EVENT_TIME);
}

static bool is_due(void) {
    return loop.has_deadline && (int32_t)(board_now() - loop.deadline) >= 0;
}

static uint32_t expire(void) {
    if (!is_due()) return 0;
    loop.has_deadline = false;
    return (uint32_t)core_call(CORE_expire, board_now(), 0, 0, 0) | FSK_PENDING_DEADLINE;
}

static void tell_events(void) {
    for (uint32_t i = 0; i < MOST_EVENTS; i++) {
        const struct fsk_event_record *record = core_bytes((uint32_t)core_call(CORE_next_event, 0, 0, 0, 0), sizeof(*record));
        if (record == NULL) return;
        tell((int)record->handle, record->kinds);
    }
    /* There may be more. */
    stack_called();
}

static uint32_t asked_pending(void) {
    if (!loop.is_called) return 0;
    loop.is_called = false;
    int32_t pending = core_call(CORE_pending, 0, 0, 0, 0);
    return pending < 0 ? 0 : (uint32_t)pending;
}

static void arm(void) {
    uint32_t now = board_now();
    int32_t in_ms = core_call(CORE_next_deadline, now, 0, 0, 0);
    loop.has_deadline = in_ms >= 0;
    loop.deadline = now + (uint32_t)in_ms;
    loop.is_alarm_new = false;
    bool is_alarm_first = loop.has_alarm && (!loop.has_deadline || (int32_t)(loop.alarm - loop.deadline) < 0);
    if (is_alarm_first) board_arm(loop.alarm);
    else if (loop.has_deadline) board_arm(loop.deadline);
    else board_disarm();
}

/* Events lead to calls, calls to frames, and those to a new deadline: so in that order, until it is quiet. */
static void settle(uint32_t pending) {
    bool is_touched = false;
    for (uint32_t round = 0; round < MOST_ROUNDS; round++) {
        pending |= asked_pending();
        if ((pending & FSK_PENDING_EVENT) != 0) tell_events();
        if ((pending & FSK_PENDING_FRAME) != 0) {
            send_frames();
            is_touched = true;
        }
        is_touched = is_touched || (pending & FSK_PENDING_DEADLINE) != 0;
        if (!loop.is_called) break;
        pending = 0;
    }
    if (is_touched || loop.is_alarm_new) arm();
}

static void turn(void) {
    uint32_t pending = expire();
    tell_time();
    pending |= take_frames();
    if (loop.is_held_up) pending |= FSK_PENDING_FRAME;
    settle(pending);
    if (core_trapped() == NULL) return;
    stack_recover();
    loop.has_deadline = false;
    loop.is_alarm_new = true;
    board_disarm();
    stack_called();
    tell(0, FSK_EVENT_RESTARTED);
}

void fsk_poll(void) {
    board_alive();
    board_lock();
    loop.is_turning = true;
    loop.has_told = false;
    turn();
    loop.is_turning = false;
    if (loop.has_told) board_tell_waiting();
    board_unlock();
}

_Noreturn void fsk_run(void) {
    for (;;) {
        fsk_poll();
        board_wait();
    }
}

void fsk_wake(void) {
    board_wake();
}
