/** Node's own http, and ws, over the core on a real LAN, with the kernel's sockets at the other end. */

import { beforeAll, describe, expect, test } from 'vitest';

import { needs } from '../support/needs.js';
import { obstacle, resultOf } from './namespace.js';
import type { NetReport } from './scripts/net.js';

const { ok, reason } = needs('linux', 'ip', 'unshare');
const skipped = ok ? obstacle(process.getuid?.() === 0 ? 'root' : 'nobody') : reason;

describe.skipIf(skipped)(`over a real LAN${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let report: NetReport;
  beforeAll(async () => {
    report = await resultOf<NetReport>('net.ts', {});
  });

  test('the kernel posts a megabyte to an http server on the core, and gets it back', () => {
    expect(report.httpToCore).toBe(report.sent);
  });

  test('an http client on the core posts a megabyte to a server of the kernel, and gets it back', () => {
    expect(report.httpToKernel).toBe(report.sent);
  });

  test('ws carries a message to the core and back, and from the core to the kernel and back', () => {
    expect(report.wsToCore).toBe(report.sentMessage);
    expect(report.wsToKernel).toBe(report.sentMessage);
  });

  test('a connect that nobody answers says so as Node does', () => {
    expect(report.refused).toBe('connect ECONNREFUSED 10.73.0.1:1');
  });

  test('nothing is sent twice where nothing is lost', () => {
    expect(report.retransmitted).toBe(0);
  });
});
