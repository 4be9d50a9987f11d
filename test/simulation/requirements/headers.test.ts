import { describe, expect, test } from 'vitest';
import type { ReceivedFrame } from '../../../host/lan/index.js';
import { beginTransfer, expectComplete } from '../ends.js';
import { Hand } from '../hand.js';
import { CLIENT, exchange, framesOf, introduce, next, PORT, rawWorld, SERVER, world } from '../world.js';

/** What the headers of segments have, ours and the peer's: RFC 9293 §3.1, §3.2, §3.7.1. */

/** All segments of two cores that send each other streams while frames are lost: SYNs, data, SACK, RSTs. */
function segmentsOfTransfer(): ReturnType<typeof framesOf> {
  const both = { toServer: 60_000, toClient: 60_000 };
  const { lan, client, server } = world({ seed: 7, faults: { loss: 0.05, reordering: 0.1, delayMs: 5 } });
  const ends = beginTransfer(client, server, both);
  lan.until(() => ends.areOver, 600_000);
  expectComplete(lan, ends, both);
  server.listen(PORT + 1);
  const c = client.connect(server, PORT + 1);
  exchange(lan);
  client.abort(c);
  exchange(lan);
  return framesOf(lan);
}

/** The bytes of a segment's options, as they lie in the frame. */
function optionBytes({ bytes, frame }: ReceivedFrame): number[] {
  if (frame.kind !== 'tcp') return [];
  const at = 14 + frame.ip.headerBytes;
  return [...bytes.subarray(at + 20, at + frame.headerBytes)];
}

describe('a segment of ours', () => {
  test('has the MSS option if it is a SYN, and only then: MUST-14, MUST-65, MAY-3', () => {
    const segments = segmentsOfTransfer();
    const kinds = new Set(segments.map(({ frame }) => [...frame.flags].filter((flag) => flag !== 'PSH').join()));
    expect([...kinds]).toEqual(expect.arrayContaining(['SYN', 'SYN,ACK', 'ACK', 'FIN,ACK', 'RST']));
    expect(segments.some(({ frame }) => frame.options.some(({ kind }) => kind === 'sack'))).toBe(true);
    for (const { frame } of segments) {
      expect(frame.options.some(({ kind }) => kind === 'mss')).toBe(frame.flags.has('SYN'));
    }
  });

  test('has our address as its source, whatever it answers: MUST-45', () => {
    const addresses: Record<string, string> = { client: CLIENT, server: SERVER };
    for (const { frame, record } of segmentsOfTransfer()) expect(frame.ip.source).toBe(addresses[record.from]);
  });

  test('has options that fill its header to the last byte: there is no padding that could be other than zeros: MUST-69', () => {
    const hand = new Hand({ sack: true });
    hand.syn();
    exchange(hand.lan);
    hand.synAckArrived();
    hand.says({});
    // A hole, so that the ACK has a SACK option.
    hand.says({ at: 100, data: 10 });
    exchange(hand.lan);
    const all = hand.peer.received.map(optionBytes).filter(({ length }) => length !== 0);
    expect(all).toHaveLength(2);
    for (const options of all) {
      let at = 0;
      while (at < options.length) {
        expect(options[at], 'no end of the list before the end of the header').not.toBe(0);
        at += options[at] === 1 ? 1 : (options[at + 1] ?? 0);
      }
      expect(at).toBe(options.length);
    }
  });
});

describe('a segment of the peer', () => {
  test('tells a window without a sign: 65,535 bytes are much, not fewer than none: MUST-1', () => {
    for (const window of [32_767, 32_768, 65_535]) {
      const hand = Hand.open({ window });
      hand.writes(0, 4096);
      exchange(hand.lan);
      expect(
        hand.data.reduce((sum, [, , length]) => sum + length, 0),
        `${window}`,
      ).toBe(2920);
    }
  });

  test('tells its MSS wherever in the options that begins, on a word or not: MUST-64', () => {
    const MSS = [2, 4, 1000 >>> 8, 1000 & 255];
    for (const before of [0, 1, 2, 3, 4, 5]) {
      const world = rawWorld();
      const { lan, host, peer } = world;
      introduce(world);
      host.listen(PORT);
      const options = [...Array<number>(before).fill(1), ...MSS, 0, 0, 0].slice(
        0,
        before < 1 ? 4 : before < 5 ? 8 : 12,
      );
      const ends = { sourcePort: 4000, destinationPort: PORT };
      peer.segment(host, { ...ends, sequence: 100, flags: 'SYN', options });
      exchange(lan);
      const acknowledgment = next(peer.lastSegment.sequence);
      peer.segment(host, { ...ends, sequence: 101, acknowledgment, flags: 'ACK', window: 65_535 });
      exchange(lan);
      const handle = host.accept([...host.handles][0] ?? 0) ?? 0;
      host.send(handle, new Uint8Array(3000));
      exchange(lan);
      expect(
        peer.segments.map(({ payload }) => payload.length),
        `behind ${before}`,
      ).toContain(1000);
    }
  });

  test('with a RST ends the connection though it has data: SHLD-2', () => {
    const hand = Hand.open();
    hand.says({ flags: 'RST', data: 20 });
    exchange(hand.lan);
    expect(hand.host.failure(hand.handle)).toBe('ECONNRESET');
  });

  test('counts by its ACK and its RST though our window is closed, and its data does not: MUST-66', () => {
    const hand = Hand.open();
    for (let count = 0; count < 4; count++) hand.says({ data: 1024 });
    exchange(hand.lan);
    expect(hand.seen.at(-1)?.window).toBe(0);
    hand.writes(0, 100);
    exchange(hand.lan);
    hand.clear();
    hand.says({ ack: 100 });
    exchange(hand.lan);
    // What is acknowledged is not sent again.
    hand.lan.for(5000);
    expect(hand.data).toEqual([]);
    hand.says({ data: 10 });
    exchange(hand.lan);
    expect(hand.seen.at(-1)).toMatchObject({ ack: 4096, window: 0 });
    hand.says({ at: 4096, flags: 'RST' });
    exchange(hand.lan);
    expect(hand.host.failure(hand.handle)).toBe('ECONNRESET');
  });
});
