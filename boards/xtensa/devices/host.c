/*
 * What this machine has no device for: an exit status and random bytes. QEMU's -semihosting lends them: `simcall` with a number in a2
 * and arguments in a3 to a5, as the vendor's simulator has it.
 */
#include "../chip.h"

/* The FPGA board's registers. */
#define FPGA_RESET 0xfd020010u
enum { FPGA_RESET_COMMAND = 0xdead };

/* An error number of the host's comes in a3; nobody here asks for it. */
int32_t host_call(uint32_t number, uint32_t first, uint32_t second, uint32_t third) {
    register uint32_t a2 __asm__("a2") = number;
    register uint32_t a3 __asm__("a3") = first;
    register uint32_t a4 __asm__("a4") = second;
    register uint32_t a5 __asm__("a5") = third;
    __asm__ volatile("simcall" : "+a"(a2), "+a"(a3) : "a"(a4), "a"(a5) : "memory");
    return (int32_t)a2;
}

_Noreturn void bare_exit(int code) {
    interrupts_off();
    host_call(HOST_EXIT, (uint32_t)code, 0, 0);
    /* Without -semihosting. */
    for (;;) __asm__ volatile("waiti 15");
}

_Noreturn void chip_reset(void) {
    interrupts_off();
    register_write(FPGA_RESET, FPGA_RESET_COMMAND);
    for (;;) __asm__ volatile("waiti 15");
}

/* Bytes that nobody can guess: the host's. */
bool board_entropy(void *bytes, uint32_t length) {
    static const char SOURCE[] = "/dev/urandom";
    /* Without -semihosting it is no instruction. */
    trap_means = "entropy: no host to ask: QEMU needs -semihosting";
    int32_t file = host_call(HOST_OPEN, (uintptr_t)SOURCE, 0, 0);
    trap_means = 0;
    if (file < 0) return false;
    int32_t got = host_call(HOST_READ, (uint32_t)file, (uintptr_t)bytes, length);
    host_call(HOST_CLOSE, (uint32_t)file, 0, 0);
    return got == (int32_t)length;
}
