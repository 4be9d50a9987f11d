/* Devices of virtio 1.2 behind MMIO registers, with split queues: see virtio.h. */
#include "virtio.h"

#include "../chip.h"

/* `virt`: slot n is here, with the interrupt n + 1. */
enum { SLOT_BASE = 0x10001000, SLOT_BYTES = 0x1000, SLOTS = 8 };

/* §4.2.2: registers. */
enum {
    MAGIC = 0x000,
    VERSION = 0x004,
    DEVICE_ID = 0x008,
    DEVICE_FEATURES = 0x010,
    DEVICE_FEATURES_SELECT = 0x014,
    DRIVER_FEATURES = 0x020,
    DRIVER_FEATURES_SELECT = 0x024,
    QUEUE_SELECT = 0x030,
    QUEUE_SIZE_MOST = 0x034,
    QUEUE_SIZE = 0x038,
    QUEUE_READY = 0x044,
    QUEUE_NOTIFY = 0x050,
    INTERRUPT_STATUS = 0x060,
    INTERRUPT_ACKNOWLEDGE = 0x064,
    STATUS = 0x070,
    QUEUE_DESCRIPTORS = 0x080,
    QUEUE_AVAILABLE = 0x090,
    QUEUE_USED = 0x0a0,
};
enum { MAGIC_VALUE = 0x74726976, VERSION_VALUE = 2 };

/* §2.1: status bits. */
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, FAILED = 128 };

/* §6, bit 32 of the features: the second word's first. */
enum { FEATURE_VERSION_1 = 1 };

/* §2.7.5, §2.7.6, §2.7.8: flags. */
enum { DESCRIPTOR_WRITE = 2, AVAILABLE_NO_INTERRUPT = 1, USED_NO_NOTIFY = 1 };

static uint32_t get(const struct virtio_device *device, uint32_t at) {
    return register_read(device->base + at);
}

static void set(const struct virtio_device *device, uint32_t at, uint32_t value) {
    register_write(device->base + at, value);
}

bool virtio_find(struct virtio_device *device, uint32_t type) {
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        device->base = SLOT_BASE + slot * SLOT_BYTES;
        device->interrupt = slot + 1;
        if (get(device, MAGIC) != MAGIC_VALUE || get(device, DEVICE_ID) != type) continue;
        if (get(device, VERSION) == VERSION_VALUE) return true;
        board_log("virtio: a device speaks the legacy version: QEMU needs -global virtio-mmio.force-legacy=false");
    }
    return false;
}

static void set_status(const struct virtio_device *device, uint32_t bits) {
    set(device, STATUS, get(device, STATUS) | bits);
}

static uint32_t offered_features(const struct virtio_device *device, uint32_t word) {
    set(device, DEVICE_FEATURES_SELECT, word);
    return get(device, DEVICE_FEATURES);
}

static void accept_features(const struct virtio_device *device, uint32_t word, uint32_t features) {
    set(device, DRIVER_FEATURES_SELECT, word);
    set(device, DRIVER_FEATURES, features);
}

bool virtio_begin(const struct virtio_device *device, uint32_t features) {
    set(device, STATUS, 0);
    set_status(device, ACKNOWLEDGE);
    set_status(device, DRIVER);
    bool is_offered = (offered_features(device, 0) & features) == features;
    bool is_modern = (offered_features(device, 1) & FEATURE_VERSION_1) != 0;
    accept_features(device, 0, features);
    accept_features(device, 1, FEATURE_VERSION_1);
    if (is_offered && is_modern) set_status(device, FEATURES_OK);
    if ((get(device, STATUS) & FEATURES_OK) != 0) return true;
    set_status(device, FAILED);
    return false;
}

/* Addresses have 64 bits there and 32 here. */
static void set_address(const struct virtio_device *device, uint32_t at, const volatile void *bytes) {
    set(device, at, (uintptr_t)bytes);
    set(device, at + 4, 0);
}

bool virtio_queue_start(struct virtio_queue *queue, const struct virtio_device *device, uint16_t number, uint16_t size) {
    set(device, QUEUE_SELECT, number);
    if (size > VIRTIO_QUEUE_MOST || get(device, QUEUE_SIZE_MOST) < size) return false;
    queue->device = device;
    queue->number = number;
    queue->size = size;
    queue->available.flags = AVAILABLE_NO_INTERRUPT;
    set(device, QUEUE_SIZE, size);
    set_address(device, QUEUE_DESCRIPTORS, queue->descriptors);
    set_address(device, QUEUE_AVAILABLE, &queue->available);
    /* The ring of the used ones is as long as VIRTIO_QUEUE_MOST says; the device uses the beginning of it. */
    set_address(device, QUEUE_USED, &queue->used);
    memory_fence();
    set(device, QUEUE_READY, 1);
    return true;
}

void virtio_ready(const struct virtio_device *device) {
    set_status(device, DRIVER_OK);
}

void virtio_buffer(struct virtio_queue *queue, uint16_t id, const void *bytes, uint32_t length, bool is_for_writing) {
    struct virtio_descriptor *descriptor = &queue->descriptors[id];
    descriptor->address = (uintptr_t)bytes;
    descriptor->length = length;
    descriptor->flags = is_for_writing ? DESCRIPTOR_WRITE : 0;
}

void virtio_offer(struct virtio_queue *queue, uint16_t id) {
    uint16_t index = queue->available.index;
    queue->offered |= (uint16_t)(1 << id);
    queue->available.ring[index & (queue->size - 1)] = id;
    memory_fence();
    queue->available.index = (uint16_t)(index + 1);
}

void virtio_tell(const struct virtio_queue *queue) {
    memory_fence();
    if ((queue->used.flags & USED_NO_NOTIFY) == 0) set(queue->device, QUEUE_NOTIFY, queue->number);
}

bool virtio_has_used(const struct virtio_queue *queue) {
    return queue->used.index != queue->taken;
}

/* A device that writes nonsense here may have written anywhere. */
static void check(bool is_right, const char *what, uint32_t value) {
    if (is_right) return;
    const struct named_value values[] = {{what, value}};
    log_values("virtio: the device is broken", values, 1);
    board_halt();
}

bool virtio_take(struct virtio_queue *queue, uint16_t *id, uint32_t *length) {
    uint16_t count = (uint16_t)(queue->used.index - queue->taken);
    if (count == 0) return false;
    check(count <= queue->size, "used index", count);
    memory_fence();
    uint32_t slot = queue->taken & (queue->size - 1);
    uint32_t used = queue->used.ring[slot].id;
    check(used < queue->size && (queue->offered >> used & 1) != 0, "used buffer", used);
    *id = (uint16_t)used;
    *length = queue->used.ring[slot].length;
    queue->offered &= (uint16_t) ~(1 << used);
    queue->taken++;
    return true;
}

void virtio_interrupts(struct virtio_queue *queue, bool are_wanted) {
    queue->available.flags = are_wanted ? 0 : AVAILABLE_NO_INTERRUPT;
    if (are_wanted) memory_fence();
}

void virtio_acknowledge(const struct virtio_device *device) {
    set(device, INTERRUPT_ACKNOWLEDGE, get(device, INTERRUPT_STATUS));
}
