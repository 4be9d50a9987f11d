import { describe, expect, test } from 'vitest';
import { packetFrame, segmentFrame, type CoreHost, type RawHost, type SegmentFields } from '../../host/lan/index.js';
import { Hand } from '../simulation/hand.js';
import { exchange, introduce, moduleOf, next, PORT, rawWorld } from '../simulation/world.js';
import { Scene } from './scene.js';

/** ICMP that somebody has made up. RFC 5927. */

const LAN = await moduleOf('lan');
const UNREACHABLE = 3;
const FRAGMENTATION_NEEDED = 4;

/** An ICMP error from the attacker, about a segment that `host` is said to have sent to `to`. */
function icmpError(
  attacker: RawHost,
  host: CoreHost,
  to: { mac: string; address: string },
  about: Pick<SegmentFields, 'sourcePort' | 'destinationPort' | 'sequence'>,
  [type, code, mtu = 0]: readonly [number, number, number?],
): Uint8Array {
  const quoted = segmentFrame(host, to, { ...about, flags: 'ACK' }).subarray(14, 42);
  return packetFrame(attacker, host, 1, icmp([type, code, 0, 0, 0, 0, mtu >> 8, mtu & 255, ...quoted]));
}

/** The message with its checksum. */
function icmp(bytes: number[]): Uint8Array {
  const message = Uint8Array.from(bytes);
  const view = new DataView(message.buffer);
  let sum = 0;
  for (let at = 0; at < message.length; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(2, 0xffff - sum);
  return message;
}

describe('blind reset', () => {
  test.for(['lan', 'tiny'] as const)(
    'ICMP errors of every type and code about a connection, with any number: it lives (%s)',
    (profile) => {
      const scene = new Scene({ profile });
      const { lan, host, attacker, witness } = scene;
      const { random } = lan;
      const about = { sourcePort: PORT, destinationPort: scene.witnessPort };
      for (let type = 0; type < 256; type++) {
        // An echo request is answered: floods.test.ts.
        if (type === 8) continue;
        for (let code = 0; code < 20; code++) {
          const sequence = random.u32();
          attacker.send(icmpError(attacker, host, witness, { ...about, sequence }, [type, code, 68]));
        }
        lan.for(1);
      }
      expect(scene.answers.sent).toBe(0);
      scene.survives();
    },
  );

  test('with the right number, too: a hard error never ends a connection that is established', () => {
    const hand = Hand.open({ module: LAN });
    const { host, peer } = hand;
    hand.writes(0, 1000);
    hand.lan.for(5);
    const { sequence, sourcePort, destinationPort } = peer.lastSegment;
    // Source quench is no more: RFC 6633.
    for (const [type, code] of [
      [3, 0],
      [3, 1],
      [3, 2],
      [3, 3],
      [3, 5],
      [3, 13],
      [4, 0],
      [11, 0],
      [12, 0],
      [5, 1],
    ] as const) {
      peer.send(icmpError(peer, host, peer, { sequence, sourcePort, destinationPort }, [type, code]));
      hand.lan.for(2);
      expect(hand.state, `type ${type}, code ${code}`).toBe('ESTABLISHED');
    }
    hand.clear();
    hand.says({ ack: 1000 });
    hand.writes(1000, 500);
    hand.lan.for(5);
    expect(hand.data.map(([, seq, length]) => [seq, length])).toEqual([[1000, 500]]);
  });

  test('of a connection that begins, only an error with its port and its number ends the attempt', () => {
    const { lan, host, peer } = rawWorld({}, LAN);
    const c = host.connect(peer, PORT);
    lan.for(5);
    const { sequence, sourcePort } = peer.lastSegment;
    const right = { sourcePort, destinationPort: PORT, sequence };
    const error = (about: typeof right): void => {
      peer.send(icmpError(peer, host, peer, about, [UNREACHABLE, 3]));
      lan.for(2);
    };
    for (const step of [1, -1, 1000, 2 ** 31]) error({ ...right, sequence: next(sequence, step) });
    error({ ...right, sourcePort: sourcePort === 65_535 ? 65_534 : sourcePort + 1 });
    error({ ...right, destinationPort: PORT + 1 });
    expect(host.state(c)).toBe('SYN-SENT');
    error(right);
    expect([host.state(c), host.failure(c)]).toEqual(['CLOSED', 'ECONNREFUSED']);
  });
});

describe('blind throughput reduction', () => {
  test('Fragmentation Needed with any number that is not under way: segments stay as large as they were', () => {
    const hand = Hand.open({ module: LAN });
    const { host, peer } = hand;
    hand.writes(0, 1000);
    hand.lan.for(5);
    const { sequence, sourcePort, destinationPort } = peer.lastSegment;
    const about = { sourcePort, destinationPort };
    for (const step of [-1, -1000, 1000, 1001, 5000, 2 ** 31]) {
      const frame = icmpError(peer, host, peer, { ...about, sequence: next(sequence, step) }, [
        3,
        FRAGMENTATION_NEEDED,
        68,
      ]);
      peer.send(frame);
    }
    // Nothing is under way: then there is no number at all that is right.
    hand.says({ ack: 1000 });
    hand.lan.for(5);
    peer.send(icmpError(peer, host, peer, { ...about, sequence: next(sequence, 999) }, [3, FRAGMENTATION_NEEDED, 68]));
    peer.send(icmpError(peer, host, peer, { ...about, sequence: next(sequence, 1000) }, [3, FRAGMENTATION_NEEDED, 68]));
    hand.lan.for(5);
    hand.clear();
    hand.writes(1000, 1460);
    hand.lan.for(5);
    expect(hand.data.map(([, , length]) => length)).toEqual([1460]);
  });

  test('with a number that is under way: an on-path attacker slows a connection to 88 bytes a segment, and no further', () => {
    const hand = Hand.open({ module: LAN });
    const { host, peer } = hand;
    hand.writes(0, 1000);
    hand.lan.for(5);
    const { sequence, sourcePort, destinationPort } = peer.lastSegment;
    hand.clear();
    for (const mtu of [1, 68, 0, 1500, 65_535]) {
      const about = { sequence, sourcePort, destinationPort };
      peer.send(icmpError(peer, host, peer, about, [3, FRAGMENTATION_NEEDED, mtu]));
      hand.lan.for(2);
    }
    // What was under way is sent again, once and smaller; all of it arrives.
    expect(hand.data.length).toBeGreaterThan(0);
    for (const [, seq, length] of hand.data) if (seq + length < 1000) expect(length).toBe(88);
    let acknowledged = 0;
    for (let round = 0; round < 100 && acknowledged < 1000; round++) {
      for (const { seq, length } of hand.seen)
        if (seq <= acknowledged) acknowledged = Math.max(acknowledged, seq + length);
      hand.says({ ack: acknowledged });
      hand.lan.for(300);
    }
    expect(acknowledged).toBe(1000);
  });

  test('Fragmentation Needed about the SYN-ACK of two SYNs that crossed does not end the attempt', () => {
    const w = rawWorld({}, LAN);
    const { lan, host, peer } = w;
    introduce(w);
    const c = host.connect(peer, PORT);
    exchange(lan);
    const { sequence, sourcePort } = peer.lastSegment;
    const from = { sourcePort: PORT, destinationPort: sourcePort };
    peer.segment(host, { ...from, sequence: 900, flags: 'SYN', mss: 1460 });
    exchange(lan);
    const about = { sourcePort, destinationPort: PORT, sequence };
    peer.send(icmpError(peer, host, peer, about, [3, FRAGMENTATION_NEEDED, 256]));
    exchange(lan);
    peer.segment(host, { ...from, sequence: 901, acknowledgment: next(sequence), flags: 'ACK' });
    exchange(lan);
    expect(host.state(c)).toBe('ESTABLISHED');
  });

  test('redirects, address masks, router advertisements and timestamps are not looked at, and not answered', () => {
    const scene = new Scene();
    const { attacker, host } = scene;
    for (const type of [5, 9, 10, 13, 15, 17, 30, 40]) {
      attacker.send(
        packetFrame(attacker, host, 1, icmp([type, 0, 0, 0, 10, 73, 0, 66, ...new Array<number>(24).fill(0)])),
      );
    }
    scene.lan.for(2);
    expect(scene.answers).toMatchObject({ received: 8, sent: 0 });
    scene.survives();
  });
});
