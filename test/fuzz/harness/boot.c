/** Boot records of any bytes; then, whether they were taken or not, a few frames and calls, and another record. */
#include "core.h"
#include "target.h"
#include "world.h"
#include <string.h>

enum { MOST_ROUNDS = 8 };

static void prepare(void)
{
    world_clear();
}

/** A frame for whoever the core now is. */
static void send_frame(Input *input, uint32_t kind)
{
    const uint8_t *record = core_boot_record();
    uint8_t frame[FRAME_BYTES] = {0};
    uint32_t length = kind == 3 ? take8(input) : 60;
    for (uint32_t i = 0; i < length; i++)
        frame[i] = kind == 3 ? (uint8_t)take8(input) : 0;
    if (kind != 3) {
        memcpy(frame, record, 6);
        memcpy(frame + 6, (uint8_t[]){2, 0, 0, 0, 0, 9}, 6);
    }
    if (kind == 1) {
        // An ARP request for its address, from the address beside it.
        put16(frame + 12, 0x0806);
        put32(frame + 14, 0x00010800);
        put32(frame + 18, 0x06040001);
        memcpy(frame + 22, frame + 6, 6);
        put32(frame + 28, get32(record + 8) ^ (1 + take8(input) % 8));
        put32(frame + 38, get32(record + 8));
    } else if (kind == 2) {
        // A SYN.
        put16(frame + 12, 0x0800);
        frame[14] = 0x45;
        put16(frame + 16, 40);
        frame[22] = 64;
        frame[23] = PROTOCOL_TCP;
        put32(frame + 26, get32(record + 8) ^ (1 + take8(input) % 8));
        put32(frame + 30, get32(record + 8));
        put32(frame + 34, 0x0fa00007);
        frame[46] = 0x50;
        frame[47] = SYN;
        mend(frame, length);
    }
    core_receive(frame, length);
}

static void run(Input *input)
{
    for (int round = 0; input->left != 0 && round < MOST_ROUNDS; round++) {
        uint32_t choice = take8(input);
        // Some bytes of a good record, and others: most records are refused at their first byte otherwise.
        world_boot_record();
        uint8_t *record = core_boot_record();
        uint32_t from = choice & 31;
        uint32_t count = take8(input) % (BOOT_RECORD_BYTES + 1 - from);
        for (uint32_t i = 0; i < count; i++)
            record[from + i] = (uint8_t)take8(input);
        core_boot();
        world_drain();
        core_listen(7, 2);
        for (uint32_t frames = choice >> 6; frames > 0; frames--) {
            send_frame(input, take8(input) & 3);
            world_drain();
        }
        if (choice & 32) {
            core_connect(take32(input), take16(input), 0);
            world_drain();
            now += take16(input);
            core_expire();
            world_drain();
        }
    }
}

const Target BOOT = {"boot", prepare, run};
