/*
 * Reset, and the way into interrupts and out of them. Xtensa Instruction Set Architecture Reference Manual, §4.4 (exceptions and
 * interrupts) and §4.6 (the MMU); call0 ABI: a0 returns, a1 is the stack, a2 to a7 are arguments, a12 to a15 are kept by who is called.
 */

/* Interrupt levels above this one are not in use; all that is connected has level 1. */
.equ ALL_LEVELS, 15
/* PS: kernel vectors, exceptions not masked. */
.equ PS_START, ALL_LEVELS

/* MMU, §4.6.3: way 4 of both TLBs has pages of 1 MiB. Attributes: cached, to be read and executed; kernel's address space. */
.equ FLASH_WAY, 4
.equ FLASH_ATTRIBUTES, 5

/* An interrupt's frame: a0, a2 to a11 (what a C function may change), SAR, and the interrupted a1; 16-byte aligned. */
.equ FRAME_BYTES, 64
.equ FRAME_SAR, 44
.equ FRAME_SP, 48

/*
 * Runs where the loader has put it, until flash is mapped to where it was linked. QEMU gives in a2 where its parameters are
 * (Linux' boot parameters for Xtensa).
 */
.section .text.start, "ax"
.literal_position
.global _start
_start:
    movi a3, PS_START
    wsr.ps a3
    movi a3, 0
    wsr.intenable a3
    rsync

    movi a3, flash_start + FLASH_WAY
    movi a4, flash_load + FLASH_ATTRIBUTES
    witlb a4, a3
    wdtlb a4, a3
    isync
    dsync
    movi a3, mapped
    jx a3
mapped:
    movi a3, vectors
    wsr.vecbase a3
    movi a3, trap_stack_top
    wsr.excsave1 a3
    isync

    movi a3, stack_bottom
    movi a1, stack_top
    movi a4, 0xa5a5a5a5
1:  s32i a4, a3, 0
    addi a3, a3, 4
    bltu a3, a1, 1b

    movi a3, data_load
    movi a4, data_start
    movi a5, data_end
1:  bgeu a4, a5, 2f
    l32i a6, a3, 0
    s32i a6, a4, 0
    addi a3, a3, 4
    addi a4, a4, 4
    j 1b
2:
    movi a3, bss_start
    movi a4, bss_end
    movi a5, 0
1:  bgeu a3, a4, 2f
    s32i a5, a3, 0
    addi a3, a3, 4
    j 1b
2:
    movi a0, chip_start
    callx0 a0
    movi a0, main
    callx0 a0
    movi a0, bare_exit
    callx0 a0

/* 64 bytes each, at fixed distances from VECBASE: the CPU's configuration (dc232b). Those of windows and of high levels are not used. */
.section .text.vectors, "ax"
.balign 1024
.global vectors
vectors:
    .org vectors + 0x300
kernel_exception:
    xsr.excsave1 a1
    j trap
    .org vectors + 0x340
user_exception:
    xsr.excsave1 a1
    j trap
    .org vectors + 0x3c0
/* A crash within an interrupt: nothing is saved, since nothing goes back. */
double_exception:
    rsr.depc a3
    j crash_here
    .org vectors + 0x400

/*
 * Traps have a stack of their own: the interrupted one may have overflowed. EXCSAVE1 always has its top, so that a crash within
 * an interrupt begins there again.
 */
.section .text.trap, "ax"
.literal_position
trap:
    addi a1, a1, -FRAME_BYTES
    s32i a0, a1, 0
    rsr.excsave1 a0
    s32i a0, a1, FRAME_SP
    addi a0, a1, FRAME_BYTES
    wsr.excsave1 a0
    s32i a2, a1, 4
    s32i a3, a1, 8
    s32i a4, a1, 12
    s32i a5, a1, 16
    s32i a6, a1, 20
    s32i a7, a1, 24
    s32i a8, a1, 28
    s32i a9, a1, 32
    s32i a10, a1, 36
    s32i a11, a1, 40
    rsr.sar a2
    s32i a2, a1, FRAME_SAR
    rsr.exccause a2
    rsr.epc1 a3
    bnei a2, 4, crash_known
    mov a2, a3
    movi a0, trap_interrupt
    callx0 a0
    l32i a2, a1, FRAME_SAR
    wsr.sar a2
    l32i a0, a1, 0
    l32i a2, a1, 4
    l32i a3, a1, 8
    l32i a4, a1, 12
    l32i a5, a1, 16
    l32i a6, a1, 20
    l32i a7, a1, 24
    l32i a8, a1, 28
    l32i a9, a1, 32
    l32i a10, a1, 36
    l32i a11, a1, 40
    l32i a1, a1, FRAME_SP
    rfe
crash_known:
    l32i a5, a1, FRAME_SP
    j crash_told
crash_here:
    mov a5, a1
    movi a1, trap_stack_top
    rsr.exccause a2
crash_told:
    rsr.excvaddr a4
    movi a0, trap_crash
    callx0 a0
