/** Sockets over the core on a real LAN, with Node's own `net` over the kernel at the other end. */

import { beforeAll, describe, expect, test } from 'vitest';

import { needs } from '../support/needs.js';
import { obstacle, resultOf } from './namespace.js';
import type { NetSocketsReport } from './scripts/net-sockets.js';

const { ok, reason } = needs('linux', 'ip', 'unshare');
const skipped = ok ? obstacle(process.getuid?.() === 0 ? 'root' : 'nobody') : reason;

describe.skipIf(skipped)(`sockets over a real LAN${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let report: NetSocketsReport;
  beforeAll(async () => {
    report = await resultOf<NetSocketsReport>('net-sockets.ts', {});
  });

  test('a kernel whose peer on the core does not read has to wait, and all arrives when it does', () => {
    expect(report.coreStalls.isWritten).toBe(false);
    // What the stream reads ahead; the ring's 4 KiB stay where they are.
    expect(report.coreStalls.bytes).toBeLessThanOrEqual(65_536 + 4096);
    expect(report.coreStalls.received).toBe(report.sent);
  });

  test('a socket on the core whose peer in the kernel does not read has to wait, and all arrives when it does', () => {
    expect(report.kernelStalls.isWritten).toBe(false);
    expect(report.kernelStalls.bytes).toBeGreaterThan(0);
    expect(report.kernelStalls.received).toBe(report.sent);
  });

  test('whoever ends its half first still gets what the other says', () => {
    expect(report.halfClosedByCore).toBe('after your end');
    expect(report.halfClosedByKernel).toBe('after your end');
  });

  test('a reset is told as Node tells it, on both sides, after what was sent before', () => {
    expect(report.resetByKernel).toEqual(['last words', 'read ECONNRESET']);
    expect(report.resetByCore).toEqual(['last words', 'read ECONNRESET']);
  });

  test('an echo of 500 KB arrives whole while 2 % of the frames are lost each way', () => {
    expect(report.overLoss).toBe(report.sentPart);
    expect(report.lostFrames).toBeGreaterThan(5);
  });
});
