/*
 * What the core's work costs on a board: a script of calls with what they must return, recorded in V8 (test/bench/boards.mjs), is
 * carried out, and the instructions within the calls are counted.
 *
 * A script is words of 32 bits, little-endian: BENCH_MAGIC; then for each section its name (16 bytes, zeros behind it), the number
 * of operations that it is about (0: it prepares, and is not counted) and of records; then for each record the call's number with
 * the length of its bytes in the upper 24 bits, four arguments, the result, and the bytes, padded to whole words. Bytes go where
 * the call wants them: `boot` to the boot record, `receive` to the receive buffer.
 */
#ifndef FIRMSHAKE_BENCH_H
#define FIRMSHAKE_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#define BENCH_MAGIC 0x424b5346u

/* False, and a line on the log: something did not go as in the recording. `instructions` counts on, exactly. */
bool bench_run(const uint32_t *script, uint32_t length, uint64_t (*instructions)(void));

#endif
