import { describe, expect, test } from 'vitest';
import { packetFrame, segmentFrame } from '../../host/lan/index.js';
import type { DropName } from '../../host/core/index.js';
import { PORT, used } from '../simulation/world.js';
import { Scene } from './scene.js';

/** Headers that say of themselves what is not so. */

const PROFILES = ['lan', 'tiny', 'debug'] as const;
const IP = 14;
const TCP = 34;

/** A lie: how the frame is changed; and why it is dropped then. Checksums are right, so that nothing else gives it away. */
type Lie = [what: string, change: (view: DataView) => void, drop: DropName];

const IP_LIES: Lie[] = [
  ['a header of 16 bytes', (view) => view.setUint8(IP, 0x44), 'IP_LENGTH'],
  ['a header of no bytes', (view) => view.setUint8(IP, 0x40), 'IP_LENGTH'],
  ['a header longer than the packet', (view) => view.setUint8(IP, 0x4f), 'IP_LENGTH'],
  ['version 6', (view) => view.setUint8(IP, 0x65), 'IP_VERSION'],
  ['version 0', (view) => view.setUint8(IP, 0x05), 'IP_VERSION'],
  ['a length of no bytes', (view) => view.setUint16(IP + 2, 0), 'IP_LENGTH'],
  ['a length less than the header', (view) => view.setUint16(IP + 2, 19), 'IP_LENGTH'],
  ['one byte more than the frame has', (view) => view.setUint16(IP + 2, view.byteLength - IP + 1), 'IP_LENGTH'],
  ['65,535 bytes', (view) => view.setUint16(IP + 2, 65_535), 'IP_LENGTH'],
  ['no payload', (view) => view.setUint16(IP + 2, 20), 'TCP_LENGTH'],
  ['half a TCP header', (view) => view.setUint16(IP + 2, 30), 'TCP_LENGTH'],
];

const TCP_LIES: Lie[] = [
  ['a header of no bytes', (view) => view.setUint8(TCP + 12, 0), 'TCP_LENGTH'],
  ['a header of 16 bytes', (view) => view.setUint8(TCP + 12, 0x40), 'TCP_LENGTH'],
  ['a header longer than the segment', (view) => view.setUint8(TCP + 12, 0xf0), 'TCP_LENGTH'],
  ['a checksum of zero', (view) => view.setUint16(TCP + 16, 0), 'TCP_CHECKSUM'],
];

/** Options of a SYN that cannot be, padded to whole words. */
const OPTIONS: [string, number[]][] = [
  ['an MSS of length 0', [2, 0, 5, 180]],
  ['an MSS of length 1', [2, 1, 5, 180]],
  ['an MSS of length 2', [2, 2, 1, 1]],
  ['an MSS of length 3', [2, 3, 5, 1]],
  ['an MSS of length 255', [2, 255, 5, 180]],
  ['an MSS at the end, without its length', [1, 1, 1, 2]],
  ['an MSS at the end, with half of itself', [1, 2, 4, 5]],
  ['SACK permitted of length 3', [4, 3, 0, 1]],
  ['SACK of no blocks', [5, 2, 1, 1]],
  ['SACK of half a block', [5, 6, 0, 0, 0, 0, 1, 1]],
  ['SACK past the end', [5, 34, 0, 0, 0, 0, 0, 0]],
  ['an unknown kind of length 0', [77, 0, 1, 1]],
  ['an unknown kind of length 1', [77, 1, 1, 1]],
  ['an unknown kind past the end by one byte', [1, 77, 4, 0]],
  ['timestamps past the end', [8, 10, 0, 0, 0, 0, 0, 0]],
  ['ten words of options, the last past the end', [...new Array<number>(39).fill(1), 2]],
];

describe.for(PROFILES)('headers that lie (%s)', (profile) => {
  test.for(IP_LIES)('an IP header that claims %s is dropped without an answer', ([, change, drop]) => {
    expectDropped(new Scene({ profile }), change, drop);
  });

  test.for(TCP_LIES)('a TCP header that claims %s is dropped without an answer', ([, change, drop]) => {
    expectDropped(new Scene({ profile }), change, drop);
  });

  test.for(OPTIONS)('options with %s: the SYN is dropped without an answer', ([, options]) => {
    const scene = new Scene({ profile });
    scene.segment({ options });
    expect(scene.heard()).toEqual([]);
    expect(scene.host.core.statistics().drops.TCP_OPTION).toBe(1);
    scene.survives();
  });

  test('every kind of option with every length, in a SYN and in data: an answer or a drop, never a trap', () => {
    const scene = new Scene({ profile });
    const { host, lan } = scene;
    for (let kind = 0; kind < 256; kind++) {
      for (let length = 0; length <= 48; length++) {
        const options = [kind, length, ...new Array<number>(38).fill(kind)];
        scene.asWitness({ sequence: 0x40000000, flags: 'ACK', options });
        if (length % 7 === 0) scene.segment({ destinationPort: 1, options });
      }
      lan.for(1);
    }
    lan.for(1000);
    expect(used(host).halfOpen).toBe(0);
    scene.survives();
  });

  test('an option in an established connection that cannot be: the segment is dropped, and its data with it', () => {
    const scene = new Scene({ profile });
    const { sequence, acknowledgment } = scene.attackerConnects();
    const handle = scene.acceptFrom(scene.attacker);
    const payload = new Uint8Array(10);
    scene.segment({ sequence, acknowledgment, flags: 'ACK', options: [5, 3, 0, 0], payload });
    scene.segment({ sequence, acknowledgment, flags: 'ACK', options: [2, 0, 0, 0], payload });
    scene.lan.for(2);
    expect(scene.host.core.received(handle)).toBe(0);
    scene.segment({ sequence, acknowledgment, flags: 'ACK', options: [1, 1, 1, 0], payload });
    scene.lan.for(2);
    expect(scene.host.core.received(handle)).toBe(10);
    scene.host.abort(handle);
    scene.lan.for(2);
    scene.survives();
  });

  test('IP options up to 40 bytes, whatever they say: a right segment behind them is a right segment', () => {
    const scene = new Scene({ profile });
    const { attacker, host, lan } = scene;
    let ports = 0;
    for (let words = 1; words <= 10; words++) {
      for (const fill of [0, 1, 7, 131, 137, 255]) {
        const plain = segmentFrame(attacker, host, {
          sourcePort: 4000,
          destinationPort: 1000 + ports,
          sequence: 1,
          flags: 'SYN',
        });
        ports++;
        attacker.send(withIpOptions(plain, new Uint8Array(words * 4).fill(fill)));
      }
      lan.for(2);
    }
    // Nobody listens there: a RST each, to where the frame came from. Source routes are not followed.
    expect(scene.heard().map(({ flags }) => flags)).toEqual(new Array<string>(ports).fill('ACK,RST'));
    scene.survives();
  });

  test('UDP and ICMP that lie of their lengths are dropped without an answer', () => {
    const scene = new Scene({ profile });
    const { attacker, host, lan } = scene;
    for (const length of [0, 7, 9, 1000, 65_535]) {
      attacker.send(packetFrame(attacker, host, 17, Uint8Array.from([0, 9, 0, 9, length >> 8, length & 255, 0, 0])));
    }
    for (const payload of [[], [8], [8, 0, 0xf7], [8, 0, 0xf7, 0xff, 0, 0, 0]]) {
      attacker.send(packetFrame(attacker, host, 1, Uint8Array.from(payload)));
    }
    lan.for(2);
    expect(scene.answers).toMatchObject({ received: 9, sent: 0 });
    scene.survives();
  });
});

function expectDropped(scene: Scene, change: Lie[1], drop: DropName): void {
  const { attacker, host } = scene;
  const frame = segmentFrame(attacker, host, { sourcePort: 4000, destinationPort: PORT, sequence: 100, flags: 'SYN' });
  const view = new DataView(frame.buffer);
  const sum = view.getUint16(TCP + 16);
  change(view);
  // A TCP checksum that was changed is the lie itself.
  if (view.getUint16(TCP + 16) === sum) sumTcp(view);
  sumIp(view);
  attacker.send(frame);
  expect(scene.heard()).toEqual([]);
  expect(host.core.statistics().drops[drop]).toBe(1);
  scene.survives();
}

function withIpOptions(frame: Uint8Array, options: Uint8Array): Uint8Array {
  const longer = new Uint8Array(frame.length + options.length);
  longer.set(frame.subarray(0, TCP));
  longer.set(options, TCP);
  longer.set(frame.subarray(TCP), TCP + options.length);
  const view = new DataView(longer.buffer);
  view.setUint8(IP, 0x45 + options.length / 4);
  view.setUint16(IP + 2, longer.length - IP);
  sumIp(view);
  return longer;
}

/** The right checksum of a header of as many bytes as it claims, where the frame has them. */
function sumIp(view: DataView): void {
  const length = Math.min((view.getUint8(IP) & 15) * 4, view.byteLength - IP) & ~1;
  view.setUint16(IP + 10, 0);
  view.setUint16(IP + 10, checksum(view, IP, length, 0));
}

function sumTcp(view: DataView): void {
  const length = view.byteLength - TCP;
  let pseudo = 6 + length;
  for (let at = IP + 12; at < TCP; at += 2) pseudo += view.getUint16(at);
  view.setUint16(TCP + 16, 0);
  view.setUint16(TCP + 16, checksum(view, TCP, length, pseudo));
}

function checksum(view: DataView, from: number, length: number, start: number): number {
  let sum = start;
  for (let at = from; at + 1 < from + length; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return 0xffff - sum;
}
