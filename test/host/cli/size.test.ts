/** `firmshake size`: where the bytes go. */

import { describe, expect, it } from 'vitest';

import { firmshake } from '../../support/firmshake.js';

/** As `size --json` prints it. */
interface Size {
  name: string;
  moduleBytes: number;
  memoryBytes: number;
  parts: { name: string; entries: number; entryBytes: number; bytes: number }[];
}

async function sizes(...args: string[]): Promise<Size[]> {
  const { code, stdout } = await firmshake('size', '--json', ...args);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Size[];
}

async function sizeOf(...args: string[]): Promise<Size> {
  const [size] = await sizes(...args);
  if (size === undefined) throw new Error('no size');
  return size;
}

function part(size: Size, name: string): Size['parts'][number] | undefined {
  return size.parts.find((one) => one.name === name);
}

/** The compiler takes its time, the more so on a busy machine. */
describe.concurrent('firmshake size', { timeout: 120_000 }, () => {
  it('has every byte of each profile in one part of it', async () => {
    const all = await sizes();
    expect(all.map(({ name }) => name)).toEqual(['tiny', 'lan', 'gateway']);
    for (const { name, memoryBytes, parts } of all) {
      expect(
        parts.reduce((sum, { bytes }) => sum + bytes, 0),
        name,
      ).toBe(memoryBytes);
      for (const one of parts) expect(one.bytes, `${name}: ${one.name}`).toBe(one.entries * one.entryBytes);
      for (const one of parts) expect(one.bytes, `${name}: ${one.name}`).toBeGreaterThan(0);
    }
  });

  it('keeps what the profiles promise', async () => {
    const [tiny, lan, gateway] = await sizes();
    expect(tiny?.memoryBytes).toBeLessThan(16 * 1024);
    expect(lan?.memoryBytes).toBeLessThan(60 * 1024);
    for (const size of [tiny, lan]) expect(size?.moduleBytes).toBeLessThan(16 * 1024);
    for (const size of [tiny, lan, gateway]) {
      if (size === undefined) throw new Error('three profiles');
      expect(part(size, 'half-open')?.entryBytes).toBeLessThanOrEqual(32);
      expect(part(size, 'time-wait')?.entryBytes).toBeLessThanOrEqual(24);
    }
  });

  it('--profile shows that one, with the numbers of the whole list', async () => {
    const [one, all] = await Promise.all([sizes('--profile', 'lan'), sizes()]);
    expect(one).toHaveLength(1);
    expect(one[0]).toEqual(all[1]);
  });

  it('prints as text what it prints as JSON', async () => {
    const [{ stdout, stderr, code }, lan] = await Promise.all([
      firmshake('size', '--profile', 'lan'),
      sizeOf('--profile', 'lan'),
    ]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const digits = stdout.replaceAll(',', '');
    for (const { name, bytes } of lan.parts) {
      expect(digits).toMatch(new RegExp(`${escaped(name.replaceAll(',', ''))} .* ${bytes}$`, 'm'));
    }
    expect(digits).toMatch(new RegExp(`linear memory .* ${lan.memoryBytes}$`, 'm'));
    expect(digits).toMatch(new RegExp(`module .* ${lan.moduleBytes}$`, 'm'));
  });

  it('builds sizes of one’s own: less of something is less memory', async () => {
    const [own, lan] = await Promise.all([sizeOf('--connections', '2', '--rx', '1536'), sizeOf('--profile', 'lan')]);
    expect(own.name).toBe('custom');
    expect(part(own, 'connections')?.entries).toBe(2);
    expect(part(own, 'rings (receive + send)')).toMatchObject({ entries: 2, entryBytes: 1536 + 4096 });
    expect(part(own, 'time-wait')).toEqual(part(lan, 'time-wait'));
    expect(own.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(own.memoryBytes);
    const rings = 6 * 8192 - 2 * (1536 + 4096);
    expect(lan.memoryBytes - own.memoryBytes).toBeGreaterThanOrEqual(rings);
    expect(lan.memoryBytes - own.memoryBytes).toBeLessThan(rings + 1024);
    expect(own.moduleBytes).toBeLessThan(16 * 1024);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
