/*
 * void invokeNative(void (*function)(), const uint32_t *words, uint32_t count): calls a function with these arguments, for WAMR. The
 * call0 ABI: the first six in a2 to a7, the rest on the stack; WAMR's own is for CPUs with register windows.
 */
.text
.global invokeNative
.type invokeNative, @function
.equ IN_REGISTERS, 6
.equ FRAME_BYTES, 16

invokeNative:
    addi a1, a1, -FRAME_BYTES
    s32i a0, a1, 0
    s32i a12, a1, 4
    mov a12, a1
    mov a8, a2
    mov a9, a3

    /* Those beyond the sixth, from the last to the first, below a stack that stays 16-byte aligned. */
    addi a10, a4, -IN_REGISTERS
    blti a10, 1, 2f
    addi a11, a10, 3
    srli a11, a11, 2
    slli a11, a11, 4
    sub a1, a1, a11
1:  addi a10, a10, -1
    addi a11, a10, IN_REGISTERS
    slli a11, a11, 2
    add a11, a9, a11
    l32i a5, a11, 0
    slli a11, a10, 2
    add a11, a1, a11
    s32i a5, a11, 0
    bnez a10, 1b
2:
    /* All six, whether there are so many or not: WAMR's array is never shorter, or what lies behind it is not looked at. */
    l32i a2, a9, 0
    l32i a3, a9, 4
    l32i a4, a9, 8
    l32i a5, a9, 12
    l32i a6, a9, 16
    l32i a7, a9, 20
    callx0 a8

    mov a1, a12
    l32i a12, a1, 4
    l32i a0, a1, 0
    addi a1, a1, FRAME_BYTES
    ret
