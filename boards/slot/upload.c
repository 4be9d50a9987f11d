#include "upload.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "board.h"
#include "board_slot.h"
#include "firmshake.h"
#include "request.h"
#include "slot.h"

/* One uploads, and one may ask meanwhile. More wait until the listener's backlog is full. */
enum { SESSIONS = 2, BACKLOG = 1, MESSAGE_BYTES = 128 };

enum step { STEP_FREE, STEP_HEAD, STEP_BODY, STEP_ANSWER, STEP_CLOSE };

struct session {
    enum step step;
    int handle;
    struct request request;
    /* Of the body, still to come. */
    uint32_t left;
    uint32_t body_until;
    /* When its patience ends. */
    uint32_t until;
    char answer[ANSWER_BYTES];
    uint32_t answer_length;
    uint32_t answered;
    /* When the peer has its answer the board restarts. */
    bool is_last;
};

static struct {
    int listener;
    uint16_t port;
    uint8_t key[UPLOAD_KEY_MOST];
    uint32_t key_length;
    struct session sessions[SESSIONS];
    uint32_t alarm;
    bool has_alarm;
} upload;

static bool is_before(uint32_t one, uint32_t other) {
    return (int32_t)(one - other) < 0;
}

/* An alarm that comes too early looks again: so patience that grows needs no new one. */
static void wait_until(struct session *session, uint32_t until) {
    session->until = until;
    if (upload.has_alarm && !is_before(until, upload.alarm)) return;
    uint32_t now = board_now();
    upload.has_alarm = true;
    upload.alarm = until;
    fsk_tell_in(is_before(now, until) ? until - now : 0);
}

static void answer(struct session *session, int status, const char *text) {
    session->answer_length = answer_text(session->answer, status, text);
    session->answered = 0;
    session->step = STEP_ANSWER;
    wait_until(session, board_now() + UPLOAD_CLOSE_MS);
}

static void end(struct session *session) {
    bool is_last = session->is_last;
    session->step = STEP_FREE;
    session->is_last = false;
    if (is_last) board_restart();
}

static bool is_signed(const struct request *request) {
    char message[MESSAGE_BYTES];
    char digest[DIGEST_DIGITS + 1];
    uint8_t code[DIGEST_BYTES];
    answer_hex(digest, request->digest);
    int length = snprintf(message, sizeof(message), "PUT /module\n%lu\n%lu\n%s\n", (unsigned long)request->sequence,
                          (unsigned long)request->length, digest);
    bool is_made = digest_hmac(upload.key, upload.key_length, message, (uint32_t)length, code);
    return is_made && digest_is_equal(code, request->signature);
}

static bool is_busy(void) {
    bool is_one = slot_is_uploaded() || slot_is_trying();
    for (uint32_t i = 0; i < SESSIONS; i++) is_one = is_one || upload.sessions[i].step == STEP_BODY;
    return is_one;
}

/* 0: it may be taken. */
static int why_refused(const struct request *request, const char **text) {
    const struct slot_status slot = slot_status();
    *text = "a Content-Length is needed";
    if (request->has_encoding || !request->has_length) return 411;
    *text = "longer than the slot";
    if (request->length > slot.room) return 413;
    *text = "not signed: Firmshake-Sequence, Firmshake-SHA256 and Firmshake-Signature are needed";
    if (!request->has_sequence || !request->has_digest || !request->has_signature) return 401;
    *text = "signed with another key";
    if (!is_signed(request)) return 403;
    *text = "another sequence number is due: GET /module tells it";
    if (request->sequence != slot.sequence) return 409;
    *text = "another upload is under way, or a module on trial";
    return is_busy() ? 503 : 0;
}

static void begin_body(struct session *session) {
    static const char CONTINUE[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const struct request *request = &session->request;
    const char *text = NULL;
    int status = why_refused(request, &text);
    if (status == 0) {
        status = 500;
        text = slot_begin(request->length, request->digest);
    }
    if (text != NULL) {
        answer(session, status, text);
        return;
    }
    if (request->expects_continue) fsk_write(session->handle, CONTINUE, sizeof(CONTINUE) - 1);
    session->left = request->length;
    session->step = STEP_BODY;
    session->body_until = board_now() + UPLOAD_BODY_MS;
}

static void tell_status(struct session *session) {
    char text[ANSWER_TEXT_BYTES];
    answer_status(text);
    answer(session, 200, text);
}

static void take_request(struct session *session) {
    const struct request *request = &session->request;
    if (request->step == REQUEST_BAD) answer(session, request->status, "not understood");
    else if (!request->is_module) answer(session, 404, "there is /module, and nothing else");
    else if (request->method == METHOD_GET) tell_status(session);
    else if (request->method == METHOD_PUT) begin_body(session);
    else answer(session, 405, "GET or PUT");
}

/* True: there may be more to do. */
static bool take_head(struct session *session) {
    const void *bytes;
    int32_t length = fsk_read_region(session->handle, &bytes);
    if (length == 0) {
        fsk_close(session->handle);
        end(session);
    }
    if (length <= 0) return false;
    fsk_consume(session->handle, request_take(&session->request, bytes, (uint32_t)length));
    if (session->request.step >= REQUEST_WHOLE) take_request(session);
    return true;
}

static void end_body(struct session *session) {
    const char *wrong = slot_end();
    session->is_last = wrong == NULL;
    if (wrong == NULL) answer(session, 202, "uploaded: the board restarts, and tries it");
    else answer(session, wrong == SLOT_NO_JOURNAL ? 500 : 400, wrong);
}

static bool take_body(struct session *session) {
    const void *bytes = NULL;
    uint32_t now = board_now();
    int32_t length = session->left > 0 ? fsk_read_region(session->handle, &bytes) : 0;
    if (length < 0) return false;
    if (length == 0) {
        end_body(session);
        return true;
    }
    uint32_t part = (uint32_t)length < session->left ? (uint32_t)length : session->left;
    const char *wrong = slot_write(bytes, part);
    fsk_consume(session->handle, part);
    session->left -= part;
    if (wrong != NULL) answer(session, 500, wrong);
    else wait_until(session, is_before(now + UPLOAD_SILENCE_MS, session->body_until) ? now + UPLOAD_SILENCE_MS : session->body_until);
    return true;
}

static bool give_answer(struct session *session) {
    uint32_t left = session->answer_length - session->answered;
    int32_t given = fsk_write(session->handle, session->answer + session->answered, left);
    /* It is told when there is room again, or that the connection has failed. */
    if (given < 0) return false;
    session->answered += (uint32_t)given;
    if (session->answered < session->answer_length) return false;
    fsk_shutdown(session->handle);
    session->step = STEP_CLOSE;
    wait_until(session, board_now() + UPLOAD_CLOSE_MS);
    return true;
}

/* Our FIN is acknowledged, and so is all that was before it. */
static bool has_answer(int handle) {
    int state = fsk_state(handle);
    bool is_closed = state == FSK_STATE_CLOSED && fsk_failure(handle) == 0;
    return is_closed || state == FSK_STATE_FIN_WAIT_2 || state == FSK_STATE_TIME_WAIT;
}

/* What still comes is nobody's. To close before it has come would reset the connection, and the answer with it: RFC 9112 §9.6. */
static bool await_close(struct session *session) {
    const void *bytes;
    int32_t length = fsk_read_region(session->handle, &bytes);
    if (length > 0) fsk_consume(session->handle, (uint32_t)length);
    if (length != 0) return length > 0;
    if (!has_answer(session->handle)) return false;
    slot_served();
    fsk_close(session->handle);
    end(session);
    return false;
}

static void go_on(struct session *session) {
    bool is_more = true;
    while (is_more) {
        switch (session->step) {
            case STEP_HEAD: is_more = take_head(session); break;
            case STEP_BODY: is_more = take_body(session); break;
            case STEP_ANSWER: is_more = give_answer(session); break;
            case STEP_CLOSE: is_more = await_close(session); break;
            default: is_more = false;
        }
    }
}

static struct session *free_session(void) {
    for (uint32_t i = 0; i < SESSIONS; i++) {
        if (upload.sessions[i].step == STEP_FREE) return &upload.sessions[i];
    }
    return NULL;
}

static void accept_all(void) {
    for (struct session *session; (session = free_session()) != NULL;) {
        int handle = fsk_accept(upload.listener);
        if (handle < 0) return;
        session->handle = handle;
        session->step = STEP_HEAD;
        request_begin(&session->request);
        wait_until(session, board_now() + UPLOAD_HEAD_MS);
        go_on(session);
    }
}

/* Its patience is over. */
static void let_go(struct session *session) {
    if (session->step == STEP_HEAD || session->step == STEP_BODY) {
        answer(session, 408, "too slow");
        go_on(session);
        return;
    }
    /* The peer may be slow to close, and have the answer all the same. */
    if (session->step == STEP_CLOSE && has_answer(session->handle)) slot_served();
    fsk_abort(session->handle);
    end(session);
}

static void look_at_time(void) {
    uint32_t now = board_now();
    upload.has_alarm = false;
    for (uint32_t i = 0; i < SESSIONS; i++) {
        struct session *session = &upload.sessions[i];
        if (session->step == STEP_FREE) continue;
        if (is_before(now, session->until)) wait_until(session, session->until);
        else let_go(session);
    }
    accept_all();
}

static void listen_for_uploads(void) {
    upload.listener = fsk_listen(upload.port, BACKLOG);
    if (upload.listener < 0) board_log("upload: no listener is left for it");
}

/* All handles are gone. Where an upload has only to be tried yet, that comes first. */
static void begin_anew(void) {
    for (uint32_t i = 0; i < SESSIONS; i++) end(&upload.sessions[i]);
    if (slot_trapped()) board_restart();
    listen_for_uploads();
}

bool upload_begin(uint16_t port, const void *key, uint32_t key_length) {
    const char *missing = NULL;
    if (slot_status().room == 0) missing = "upload: there is no slot";
    if (key_length < UPLOAD_KEY_LEAST || key_length > UPLOAD_KEY_MOST) missing = "upload: no key of 16 to 64 bytes, and so no port";
    if (missing != NULL) {
        board_log(missing);
        return false;
    }
    memset(&upload, 0, sizeof(upload));
    upload.port = port;
    memcpy(upload.key, key, key_length);
    upload.key_length = key_length;
    listen_for_uploads();
    return upload.listener > 0;
}

static struct session *session_of(int handle) {
    for (uint32_t i = 0; i < SESSIONS; i++) {
        struct session *session = &upload.sessions[i];
        if (session->step != STEP_FREE && session->handle == handle) return session;
    }
    return NULL;
}

bool upload_told(int handle, uint32_t kinds) {
    if (upload.key_length == 0) return false;
    if ((kinds & FSK_EVENT_RESTARTED) != 0) begin_anew();
    if ((kinds & FSK_EVENT_TIME) != 0) look_at_time();
    bool is_listener = handle != 0 && handle == upload.listener;
    struct session *session = session_of(handle);
    if (session != NULL && (kinds & FSK_EVENT_FAILED) != 0) {
        fsk_close(handle);
        end(session);
    } else if (session != NULL) {
        go_on(session);
    }
    if (session != NULL || is_listener) accept_all();
    return session != NULL || is_listener;
}
