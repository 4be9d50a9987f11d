/* Reset, and the way into traps and out of them. */
.option arch, +zicsr

/* What the stack is painted with: see stack_used. */
.equ PAINT, 0xa5a5a5a5

/* A trap's frame: ra, t0 to t6, a0 to a7 (what a C function may change), and the interrupted sp; 16-byte aligned. */
.equ FRAME_BYTES, 80
.equ FRAME_SP, 64

.section .text.start, "ax"
.global _start
_start:
    csrw mie, zero
    /* Where QEMU says the device tree is. */
    mv s1, a1
    la t0, trap_vector
    csrw mtvec, t0
    la t0, trap_stack_top
    csrw mscratch, t0
.option push
.option norelax
    la gp, __global_pointer$
.option pop
    la tp, tls_start

    la t0, stack_bottom
    la sp, stack_top
    li t1, PAINT
1:  sw t1, 0(t0)
    addi t0, t0, 4
    bltu t0, sp, 1b

    la t0, data_load
    la t1, data_start
    la t2, data_end
1:  bgeu t1, t2, 2f
    lw t3, 0(t0)
    sw t3, 0(t1)
    addi t0, t0, 4
    addi t1, t1, 4
    j 1b
2:
    la t0, bss_start
    la t1, bss_end
1:  bgeu t0, t1, 2f
    sw zero, 0(t0)
    addi t0, t0, 4
    j 1b
2:
    mv a0, s1
    call chip_start
    call main
    call bare_exit

/*
 * Traps have a stack of their own: the interrupted one may have overflowed. mscratch always has its top, so that a crash within
 * an interrupt begins there again; nothing goes back from that.
 */
.section .text.trap, "ax"
.align 2
.global trap_vector
trap_vector:
    csrrw sp, mscratch, sp
    addi sp, sp, -FRAME_BYTES
    sw t0, 4(sp)
    csrr t0, mscratch
    sw t0, FRAME_SP(sp)
    addi t0, sp, FRAME_BYTES
    csrw mscratch, t0
    sw ra, 0(sp)
    sw t1, 8(sp)
    sw t2, 12(sp)
    sw t3, 16(sp)
    sw t4, 20(sp)
    sw t5, 24(sp)
    sw t6, 28(sp)
    sw a0, 32(sp)
    sw a1, 36(sp)
    sw a2, 40(sp)
    sw a3, 44(sp)
    sw a4, 48(sp)
    sw a5, 52(sp)
    sw a6, 56(sp)
    sw a7, 60(sp)
    csrr a0, mcause
    csrr a1, mepc
    bgez a0, crash
    call trap_interrupt
    lw ra, 0(sp)
    lw t0, 4(sp)
    lw t1, 8(sp)
    lw t2, 12(sp)
    lw t3, 16(sp)
    lw t4, 20(sp)
    lw t5, 24(sp)
    lw t6, 28(sp)
    lw a0, 32(sp)
    lw a1, 36(sp)
    lw a2, 40(sp)
    lw a3, 44(sp)
    lw a4, 48(sp)
    lw a5, 52(sp)
    lw a6, 56(sp)
    lw a7, 60(sp)
    lw sp, FRAME_SP(sp)
    mret
crash:
    csrr a2, mtval
    lw a3, FRAME_SP(sp)
    call trap_crash
