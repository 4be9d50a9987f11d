#include "firmshake.h"

/* What has come goes back, as far as there is room; FSK_EVENT_WRITABLE tells when there is more. */
static void echo(int handle) {
    const void *bytes;
    int32_t length;
    while ((length = fsk_read_region(handle, &bytes)) > 0) {
        int32_t taken = fsk_write(handle, bytes, (uint32_t)length);
        if (taken < 0) return;
        fsk_consume(handle, (uint32_t)taken);
    }
    if (length == 0) fsk_close(handle); /* the peer sends no more */
}

static void happened(void *context, int handle, uint32_t kinds) {
    (void)context;
    if (kinds & FSK_EVENT_ACCEPTABLE) {
        for (int accepted; (accepted = fsk_accept(handle)) > 0;) echo(accepted);
    } else if (kinds & FSK_EVENT_FAILED) {
        fsk_close(handle);
    } else {
        echo(handle);
    }
}

int main(void) {
    const struct fsk_config config = {.address = FSK_IPV4(10, 73, 0, 2), .prefix_length = 24};
    if (fsk_start(&config) < 0) return 1; /* why is on the log */
    fsk_on_event(happened, 0);
    fsk_listen(7, 4);
    fsk_run();
}
