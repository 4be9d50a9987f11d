/**
 * A timer that is none of ours: `metronome.ts DEVICE`. Every 10 ms, by the kernel's own clock, it sends a frame into a TAP device
 * that says when it was due, until it is killed. What a capture finds late about these is late about any program here.
 */

import koffi from 'koffi';
import { openTap } from '../../../host/tap/index.js';

const EVERY_NS = 10_000_000n;
const SECOND_NS = 1_000_000_000n;
const CLOCK_MONOTONIC = 1;
const TIMER_ABSTIME = 1;
/** Broadcast, from a local address; the last of the EtherTypes for local experiments (IEEE 802, 9.2.3). */
const HEAD = Buffer.from('ffffffffffff02465300000788b6', 'hex');

koffi.struct('metronome_timespec', { seconds: 'long', nanoseconds: 'long' });
const sleepUntil = koffi
  .load(null)
  .func('int clock_nanosleep(int clock, int flags, metronome_timespec *at, void *remaining)');

const [, , name = ''] = process.argv;
const device = openTap({ name });
const frame = new Uint8Array(60);
frame.set(HEAD);
const payload = new DataView(frame.buffer, HEAD.length);

let due = process.hrtime.bigint();
for (;;) {
  due += EVERY_NS;
  const at = { seconds: Number(due / SECOND_NS), nanoseconds: Number(due % SECOND_NS) };
  sleepUntil(CLOCK_MONOTONIC, TIMER_ABSTIME, at, null);
  payload.setBigUint64(0, due);
  device.send(frame);
}
