/** What seeds draw: nothing that the simulator knows how to do is left out, and the sizes are those that it promises. */
import { expect, test } from 'vitest';
import { drawPlan, MODULE_NAMES, runSeed, type Act } from '../../../host/simulation/index.js';
import { cores } from './modules.js';

/** As many as `npm test` runs. */
const PLANS = Array.from({ length: 2000 }, (_, index) => drawPlan(1 + index));
const ACTS = PLANS.flatMap(({ acts }) => acts);

function ofKind<K extends Act['kind']>(kind: K): Extract<Act, { kind: K }>[] {
  return ACTS.filter((act): act is Extract<Act, { kind: K }> => act.kind === kind);
}

const smallest = (values: readonly number[]): number => Math.min(...values);
const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

test('two hosts to twenty, of every module, with clocks that keep time, drift, and wrap', () => {
  expect(new Set(PLANS.map(({ hosts }) => hosts.length)).size).toBe(19);
  expect([smallest(PLANS.map(({ hosts }) => hosts.length)), largest(PLANS.map(({ hosts }) => hosts.length))]).toEqual([
    2, 20,
  ]);
  const hosts = PLANS.flatMap((plan) => plan.hosts);
  expect(new Set(hosts.map(({ module }) => module))).toEqual(new Set(MODULE_NAMES));
  expect(hosts.some(({ rate }) => rate === 1) && hosts.some(({ rate }) => rate > 1)).toBe(true);
  expect(hosts.some(({ rate }) => rate < 1)).toBe(true);
  // A storm takes a second at least.
  expect(hosts.some(({ startTime }) => startTime + 1000 > 0xffff_ffff)).toBe(true);
});

test('hosts reboot with their key and with another, and always long enough that no number is used again', () => {
  const reboots = ofKind('reboot');
  expect(new Set(reboots.map(({ keepsKey }) => keepsKey))).toEqual(new Set([true, false]));
  // RFC 9293 §3.4.1: 250 numbers in each ms; and no app says more than 128 KiB, with a SYN and a FIN.
  expect(smallest(reboots.map(({ offMs }) => offMs)) * 250).toBeGreaterThan(128 * 1024 + 2);
});

test('links are cut both ways and one way, lose, double, reorder, alter, and become narrow with and without a word', () => {
  expect(new Set(ofKind('cut').map(({ bothWays }) => bothWays))).toEqual(new Set([true, false]));
  expect(new Set(ofKind('narrow').map(({ isTold }) => isTold))).toEqual(new Set([true, false]));
  const weathers = ofKind('weather');
  for (const wrong of ['loss', 'duplication', 'reordering', 'corruption'] as const) {
    expect(weathers.some((weather) => weather[wrong] > 0)).toBe(true);
    expect(weathers.some((weather) => weather[wrong] === 0)).toBe(true);
  }
});

test('old frames come again, of handshakes and of all; apps are slow, abandoned, and do everything that apps can', () => {
  expect(new Set(ofKind('replay').map(({ onlyControl }) => onlyControl))).toEqual(new Set([true, false]));
  const manners = ofKind('connect').map((act) => act.manners);
  expect(new Set(manners.map(({ farewell }) => farewell))).toEqual(new Set(['close', 'shutdown', 'abort', 'stay']));
  expect(manners.some(({ readPauseMs }) => readPauseMs < 0)).toBe(true);
  expect(manners.some(({ readPauseMs, readBytes }) => readPauseMs > 0 && readBytes < 100)).toBe(true);
  const touches = new Set(ofKind('touch').map(({ how }) => how));
  expect(touches).toEqual(new Set(['close', 'abort', 'shutdown', 'read', 'unlisten']));
  const rest = ['listen', 'meet', 'abandon', 'strangers'] as const;
  for (const kind of rest) expect(ofKind(kind).length, kind).toBeGreaterThan(100);
});

test('every fault befalls frames', () => {
  const befallen = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    for (const { fault } of runSeed(seed, { cores: cores() }).told) befallen.add(fault.kind);
  }
  expect(befallen).toEqual(new Set(['lose', 'duplicate', 'delay', 'corrupt']));
});
