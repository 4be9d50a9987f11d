import { describe, expect, it } from 'vitest';
import { amount, Meter } from '../../../host/cli/meter.js';

/** A meter whose time is set by hand, and what it has written. */
function metered(isTTY: boolean, total?: number) {
  const written: string[] = [];
  const time = { ms: 0 };
  const output = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  const meter = new Meter('moved', output, total, () => time.ms);
  return { meter, time, written };
}

describe('the meter of a transfer', () => {
  it('draws one line that changes on a terminal, with how much there is still to come', () => {
    const { meter, time, written } = metered(true, 4_000_000);
    time.ms = 1000;
    meter.add(1_000_000);
    time.ms = 1050;
    meter.add(1);
    expect(written).toEqual(['\r\x1b[K██████░░░░░░░░░░░░░░░░░░ moved 1.0 MB of 4.0 MB in 1.0 s, 1.0 MB/s']);
    time.ms = 4000;
    meter.add(2_999_999);
    meter.end();
    expect(written.at(-2)).toBe('\r\x1b[K████████████████████████ moved 4.0 MB of 4.0 MB in 4.0 s, 1.0 MB/s');
    expect(written.at(-1)).toBe('\n');
  });

  it('writes a plain line a second elsewhere', () => {
    const { meter, time, written } = metered(false);
    for (time.ms = 100; time.ms <= 2500; time.ms += 100) meter.add(100_000);
    expect(written).toEqual(['moved 1.0 MB in 1.0 s, 1.0 MB/s\n', 'moved 2.0 MB in 2.0 s, 1.0 MB/s\n']);
  });

  it('says nothing of what is over at once', () => {
    const { meter, written } = metered(false);
    meter.add(99_999);
    meter.end();
    expect(written).toEqual([]);
  });

  it('says what it came to where that is wanted, however little it was', () => {
    const { meter, time, written } = metered(false, 12);
    time.ms = 6;
    meter.add(12);
    meter.end(0);
    expect(written).toEqual(['moved 12 B of 12 B in 6 ms, 2.0 KB/s\n']);
  });

  it('says it at the end only, where a page goes to the same terminal', () => {
    const { meter, time, written } = metered(true);
    for (time.ms = 500; time.ms <= 2000; time.ms += 500) meter.add(500_000, false);
    time.ms = 2000;
    meter.end(0);
    expect(written).toEqual(['\r\x1b[Kmoved 2.0 MB in 2.0 s, 1.0 MB/s', '\n']);
  });

  it('makes room for what else is written on the terminal', () => {
    const { meter, time, written } = metered(true);
    meter.clear();
    time.ms = 200;
    meter.add(1_000_000);
    meter.clear();
    meter.clear();
    expect(written).toEqual([expect.stringContaining('moved'), '\r\x1b[K']);
  });

  it('never fills more than a line', () => {
    const { meter, time, written } = metered(true, 1);
    time.ms = 1e9;
    meter.add(1e15);
    expect(written.join('').replace('\r\x1b[K', '').length).toBeLessThan(80);
  });
});

describe('an amount of bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [123_456, '123 KB'],
    [10_000_000, '10.0 MB'],
  ])('%d is %s', (bytes, text) => {
    expect(amount(bytes)).toBe(text);
  });
});
