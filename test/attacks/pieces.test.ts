import { describe, expect, test } from 'vitest';
import { packetFrame, Random, segmentFrame } from '../../host/lan/index.js';
import { differsAt, streamOf } from '../simulation/ends.js';
import { Hand } from '../simulation/hand.js';
import { moduleOf, PORT, used } from '../simulation/world.js';
import { Scene } from './scene.js';

/** Data in pieces that nobody should send. */

const RINGS = { lan: 4096, tiny: 1024, debug: 4096 };
const PROFILES = ['lan', 'tiny', 'debug'] as const;

describe.for(PROFILES)('pieces (%s)', (profile) => {
  test('SegmentSmack: 10,000 bytes of one segment each, out of order: four pieces are kept, one ACK for each', async () => {
    const hand = Hand.open({ module: await moduleOf(profile), sack: true, trace: false });
    const ring = RINGS[profile];
    const random = new Random(17);
    for (let count = 0; count < 10_000; count++) {
      hand.says({ at: 1 + 2 * random.below(ring / 2 - 1), data: 1 });
      if (count % 100 !== 99) continue;
      hand.lan.for(2);
      expect(hand.peer.received.length).toBe(100);
      for (const { sack, ack } of hand.seen) {
        expect(ack).toBe(0);
        expect(sack.length).toBeLessThanOrEqual(4);
      }
      hand.peer.received.length = 0;
    }
    // The stream itself is not touched.
    for (let at = 0; at < ring; at += 256) hand.says({ at, data: 256 });
    hand.lan.for(10);
    const bytes = hand.host.read(hand.handle);
    expect(bytes.length).toBeGreaterThan(ring / 2);
    expect(differsAt(bytes, 1, 0)).toBe(-1);
  });

  test('overlapping segments with other bytes: what came first stays, and what was acknowledged never changes', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const hand = Hand.open({ seed, trace: false, module: await moduleOf(profile) });
      const { random } = hand.lan;
      // Which byte must be where: the first one that came, as long as it was in one of the pieces that are kept.
      const lies = new Uint8Array(1000).fill(0xaa);
      hand.says({ at: 0, data: 200 });
      hand.says({ at: 300, data: 100 });
      hand.lan.for(2);
      for (let count = 0; count < 50; count++) {
        const at = random.below(200);
        hand.says({ at, data: lies.subarray(0, random.below(200 - at) + 1) });
        const other = 300 + random.below(100);
        hand.says({ at: other, data: lies.subarray(0, random.below(400 - other) + 1) });
      }
      // Lies for what was acknowledged and not read, in a segment that has something new as well.
      const at = random.below(200);
      const half = streamOf(1, at, 220 - at).fill(0xaa, 0, 200 - at);
      hand.says({ at, data: half });
      hand.says({ at: 200, data: 100 });
      hand.lan.for(5);
      const bytes = hand.host.read(hand.handle);
      expect([bytes.length, differsAt(bytes, 1, 0)], `seed ${seed}`).toEqual([400, -1]);
    }
  });

  test('sequence numbers that wrap: data, overlaps and a FIN over 2^32 and over 2^31 are like any others', async () => {
    for (const wrap of [2 ** 32, 2 ** 31]) {
      for (const before of [1, 2, 100, 255, 256]) {
        const hand = Hand.open({ firstByte: wrap - before, module: await moduleOf(profile) });
        hand.says({ at: 256, data: 200 });
        hand.says({ at: 0, data: 300 });
        hand.says({ at: 100, data: 300 });
        hand.lan.for(2);
        hand.says({ at: 456, data: 44, flags: 'FIN,ACK' });
        hand.lan.for(5);
        const bytes = hand.host.read(hand.handle);
        expect([bytes.length, differsAt(bytes, 1, 0)], `${before} before ${wrap}`).toEqual([500, -1]);
        expect(hand.acks.at(-1)?.[1]).toBe(501);
        expect(hand.state).toBe('CLOSE-WAIT');
      }
    }
  });

  test('urgent pointers that lie: all bytes are in line, wherever the pointer points', async () => {
    const hand = Hand.open({ module: await moduleOf(profile) });
    const { peer, host } = hand;
    // What a peer says by hand has an urgent pointer of 0; the others are put into the frame.
    const pointers = [0, 1, 9, 10, 11, 1000, 0x7fff, 0xffff];
    const send = peer.send.bind(peer);
    for (const [index, pointer] of pointers.entries()) {
      peer.send = (frame): void => send(withUrgentPointer(frame, pointer));
      hand.says({ at: index * 10, data: 10, flags: 'URG,ACK' });
      hand.lan.for(2);
    }
    const bytes = host.read(hand.handle);
    expect([bytes.length, differsAt(bytes, 1, 0)]).toEqual([80, -1]);
    expect(hand.state).toBe('ESTABLISHED');
  });

  test('IP fragments, overlapping, tiny or without end: none is kept, and none is answered', () => {
    const scene = new Scene({ profile });
    const { attacker, host } = scene;
    const syn = segmentFrame(attacker, host, { sourcePort: 4000, destinationPort: PORT, sequence: 1, flags: 'SYN' });
    for (let count = 0; count < 5000; count++) {
      const frame = packetFrame(attacker, host, 6, syn.subarray(34));
      // Teardrop, ping of death and Rose: more fragments, any offset, the last without the first.
      const field = (count % 2 ? 0x2000 : 0) | (count % 0x1fff) || 0x2000;
      attacker.send(withFragment(frame, field));
      if (count % 100 === 99) scene.lan.for(1);
    }
    scene.lan.for(2);
    expect(scene.answers).toMatchObject({ received: 5000, sent: 0 });
    expect(used(host).halfOpen).toBe(0);
    expect(host.core.statistics().drops.IP_FRAGMENT).toBe(5000);
    scene.survives();
  });

  test('data with the SYN, and before the last ACK: none is taken before both sides are proven', () => {
    const scene = new Scene({ profile });
    scene.segment({ payload: streamOf(1, 0, 400), sequence: 100 });
    const [answer] = scene.heard();
    // The SYN alone is acknowledged: the peer sends its data again.
    expect(answer?.acknowledgment).toBe(101);
    scene.segment({ sequence: 101, flags: '', payload: streamOf(1, 0, 400) });
    expect(scene.heard()).toEqual([]);
    expect(scene.host.accept(scene.listener)).toBeUndefined();
    scene.segment({ sequence: 101, flags: 'RST' });
    scene.lan.for(2);
    scene.survives();
  });
});

/** The frame with this urgent pointer, and its checksum made right. */
function withUrgentPointer(frame: Uint8Array, pointer: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset);
  view.setUint16(50, mendedSum(view.getUint16(50), view.getUint16(52), pointer));
  view.setUint16(52, pointer);
  return frame;
}

function withFragment(frame: Uint8Array, field: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset);
  view.setUint16(24, mendedSum(view.getUint16(24), view.getUint16(20), field));
  view.setUint16(20, field);
  return frame;
}

/** A checksum after one of its words has changed. RFC 1624 §3. */
function mendedSum(sum: number, from: number, to: number): number {
  let total = (~sum & 0xffff) + (~from & 0xffff) + to;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
