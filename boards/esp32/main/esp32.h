/* What the files of this board share. */
#ifndef FIRMSHAKE_ESP32_H
#define FIRMSHAKE_ESP32_H

#include <stdbool.h>
#include <stdint.h>

#include "esp_err.h"
#include "setup.h"

/* The driver: wifi.c or ethernet.c. One of them is built. */

/* Starts the interface. False: the reason is logged. From then on it calls link_frame, and link_is_up. */
bool driver_start(const struct setup *setup);

enum driver_result { DRIVER_SENT, DRIVER_BUSY, DRIVER_REFUSED };
/* BUSY: there is no room now, and nobody tells when there is. REFUSED: this frame will never go out. */
enum driver_result driver_send(const void *frame, uint32_t length);

void driver_mac(uint8_t mac[6]);

/* Random bytes of the chip's own noise. False: there is none, since the radio is off. */
bool driver_entropy(void *bytes, uint32_t length);

/* link.c: between the driver's task and the stack's. */

void link_open(void);

/* From the driver's task: a frame has arrived. It is copied, or dropped and counted. */
void link_frame(const void *frame, uint32_t length);

/* From the driver's task: the interface can send, or it cannot. */
void link_is_up(bool is_up);
void link_wait_up(void);

/* A frame waits for room in the driver, which does not tell: it has to be offered again soon. */
bool link_is_held(void);

/* clock.c: for the task that turns the loop, which calls this first. */
void clock_open(void);

/* The one-shot timer that Kconfig chooses: alarm_gptimer.c or alarm_esp_timer.c. `rang` is called at its time, perhaps in an interrupt. */
void alarm_open(bool (*rang)(void));
void alarm_start(uint64_t in_us);
void alarm_stop(void);

/* tasks.c */
void tasks_open(void);

/* memory.c: while there is enough of it in one piece. */
void memory_open(void);

/* settings.c: what menuconfig says, and over it what the serial set-up was told. */
void settings_open(void);
void settings_load(struct setup *setup);
void settings_save(const struct setup *setup);

/* prompt.c: asks on the serial line where Enter is pressed in time, or where something is missing. True: there were answers. */
bool prompt(struct setup *setup);

/* app_example.c: in tasks of its own; after fsk_start. */
void app_begin(void);

/* Logs what failed, by ESP-IDF's name for it. */
bool is_ok(const char *what, esp_err_t error);
/* The same where nothing can go on without it. */
void need(const char *what, esp_err_t error);

#endif
