/** What `firmshake lan` shows of a transfer: how much of it is drawn, and how its speed is told. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Allowance } from '../../../host/cli/allowance.js';
import { dataBytes, isTurn } from '../../../host/cli/glance.js';
import { Traffic } from '../../../host/cli/traffic.js';

describe('the allowance of what is drawn', () => {
  /** How many of these are drawn, one each so many ms. */
  function drawn(count: number, everyMs: number): number {
    const allowance = new Allowance();
    let at = 1000;
    return Array.from({ length: count }, () => allowance.take((at += everyMs))).filter(Boolean).length;
  }

  it('draws all of what a person types', () => {
    expect(drawn(500, 100)).toBe(500);
  });

  it('draws the beginning of what comes at once, and no more', () => {
    expect(drawn(500, 0)).toBe(60);
  });

  it('draws some of what goes on and on', () => {
    expect(drawn(10_000, 1)).toBeGreaterThan(150);
    expect(drawn(10_000, 1)).toBeLessThan(300);
  });
});

describe('the speed of a transfer that is somebody else’s', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  function watched() {
    const written: string[] = [];
    const traffic = new Traffic({ isTTY: false, write: (text: string) => written.push(text) });
    const move = (times: number): void => {
      for (let time = 0; time < times; time++) {
        traffic.add(100_000);
        vi.advanceTimersByTime(100);
      }
    };
    return { traffic, move, written };
  }

  it('is that of the transfer, and not of the silence before and after', () => {
    const { move, written } = watched();
    vi.advanceTimersByTime(60_000);
    move(6);
    vi.advanceTimersByTime(5000);
    expect(written).toEqual(['transferred 600 KB in 500 ms, 1.2 MB/s\n']);
  });

  it('is told anew for the next one', () => {
    const { move, written, traffic } = watched();
    move(3);
    vi.advanceTimersByTime(5000);
    move(2);
    traffic.end();
    expect(written).toEqual(['transferred 300 KB in 200 ms, 1.5 MB/s\n', 'transferred 200 KB in 100 ms, 2.0 MB/s\n']);
  });
});

describe('a glance at a frame', () => {
  /** Ethernet, IPv4 and TCP, with so many bytes of options and data. */
  function tcp(flags: number, options: number, data: number, ipOptions = 0): Uint8Array {
    const frame = new Uint8Array(54 + ipOptions + options + data);
    const view = new DataView(frame.buffer);
    view.setUint16(12, 0x0800);
    frame[14] = 0x45 + ipOptions / 4;
    view.setUint16(16, 40 + ipOptions + options + data);
    frame[23] = 6;
    frame[46 + ipOptions] = (5 + options / 4) << 4;
    frame[47 + ipOptions] = flags;
    return frame;
  }

  it('counts the data, and neither headers nor padding', () => {
    expect(dataBytes(tcp(0x18, 12, 1000))).toBe(1000);
    expect(dataBytes(tcp(0x18, 0, 7, 8))).toBe(7);
    const padded = new Uint8Array(60);
    padded.set(tcp(0x10, 0, 0));
    expect(dataBytes(padded)).toBe(0);
  });

  it('sees SYN, FIN and RST, which begin and end a connection', () => {
    expect([0x02, 0x12, 0x11, 0x14].map((flags) => isTurn(tcp(flags, 4, 0)))).toEqual([true, true, true, true]);
    expect([0x10, 0x18].map((flags) => isTurn(tcp(flags, 12, 100, 4)))).toEqual([false, false]);
  });

  it('sees nothing in what is no TCP, or too short to be', () => {
    const udp = tcp(0xff, 0, 100);
    udp[23] = 17;
    const arp = tcp(0xff, 0, 100);
    arp[13] = 6;
    for (const frame of [udp, arp, new Uint8Array(0), new Uint8Array(20)]) {
      expect([dataBytes(frame), isTurn(frame)]).toEqual([0, false]);
    }
  });
});
