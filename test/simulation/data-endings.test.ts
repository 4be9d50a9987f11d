import { describe, expect, test } from 'vitest';
import { differsAt, expectEmpty } from './ends.js';
import { Hand } from './hand.js';
import { established, exchange, linesOf, PORT, used, world } from './world.js';

describe('selective acknowledgments: RFC 2018', () => {
  test('are sent where the SYN allowed them: the piece that came last is the first block', () => {
    const hand = Hand.open({ sack: true });
    const blocks = (at: number, length: number): [number, number][] => {
      hand.clear();
      hand.says({ at, data: length });
      hand.lan.for(5);
      expect(hand.seen.length).toBe(1);
      return hand.seen[0]?.sack ?? [];
    };
    expect(blocks(1000, 100)).toEqual([[1000, 1100]]);
    expect(blocks(2000, 100)[0]).toEqual([2000, 2100]);
    // Before the others: §4, the first block contains what triggered this ACK; the others are repeated.
    const three = blocks(500, 100);
    expect(three[0]).toEqual([500, 600]);
    expect(three.slice(1).sort(([a], [b]) => a - b)).toEqual([
      [1000, 1100],
      [2000, 2100],
    ]);
    // It grows: the whole of it is told.
    expect(blocks(1100, 100)[0]).toEqual([1000, 1200]);
    expect(blocks(900, 100)[0]).toEqual([900, 1200]);
    const four = blocks(3000, 50);
    expect(four[0]).toEqual([3000, 3050]);
    expect(four.length).toBe(4);
    // What comes again is told first, too.
    expect(blocks(950, 10)[0]).toEqual([900, 1200]);
    // A hole filled between two: they are one.
    expect(blocks(600, 300)[0]).toEqual([500, 1200]);
    // The first hole: all up to the next is acknowledged, and no longer in a block.
    hand.clear();
    hand.says({ at: 0, data: 500 });
    hand.lan.for(5);
    expect(hand.seen[0]?.ack).toBe(1200);
    expect(hand.seen[0]?.sack.toSorted(([a], [b]) => a - b)).toEqual([
      [2000, 2100],
      [3000, 3050],
    ]);
    expect(differsAt(hand.host.read(hand.handle), 1, 0)).toBe(-1);
  });

  test.for([false, true])(
    'are not sent where the peer’s SYN did not allow them (the core connects: %s)',
    (isActive) => {
      const hand = Hand.open({ isActive });
      hand.says({ at: 100, data: 100 });
      hand.lan.for(5);
      expect(hand.seen.map(({ ack, frame }) => [ack, frame.options])).toEqual([[0, []]]);
    },
  );

  test('are sent, too, where the core has connected, and are not answered where it has no hole', () => {
    const hand = Hand.open({ isActive: true, sack: true });
    hand.says({ data: 100 });
    hand.lan.for(100);
    expect(hand.seen[0]?.sack).toEqual([]);
    hand.clear();
    hand.says({ at: 200, data: 100 });
    hand.lan.for(5);
    expect(hand.seen[0]?.sack).toEqual([[200, 300]]);
  });

  test('go along with data, and the segment is no longer than an MSS', () => {
    const hand = Hand.open({ sack: true, mss: 500 });
    hand.says({ at: 100, data: 100 });
    hand.lan.for(5);
    hand.clear();
    hand.writes(0, 500);
    hand.lan.for(5);
    // The option takes 12 bytes, and what is left over goes when the first is acknowledged, or at once.
    const [first] = hand.seen;
    expect(first?.sack).toEqual([[100, 200]]);
    expect(first?.length).toBe(500 - 12);
  });
});

describe('FIN', () => {
  test('before a hole is filled does not count; behind it, it does', () => {
    const hand = Hand.open();
    hand.says({ at: 100, data: 100, flags: 'FIN,ACK' });
    hand.lan.for(5);
    expect([hand.state, hand.acks]).toEqual(['ESTABLISHED', [[1, 0]]]);
    expect(hand.host.told(hand.handle)).not.toContain('PEER_CLOSED');
    hand.says({ at: 0, data: 100 });
    hand.lan.for(5);
    // The peer is told what has come: it sends the FIN again, unless that was kept.
    expect(hand.acks.at(-1)?.[1]).toBeGreaterThanOrEqual(200);
    hand.says({ at: 200, flags: 'FIN,ACK' });
    hand.lan.for(5);
    expect([hand.state, hand.acks.at(-1)?.[1]]).toEqual(['CLOSE-WAIT', 201]);
    expect(differsAt(hand.host.read(hand.handle), 1, 0)).toBe(-1);
  });

  test('with data: the app reads it all, and is then told that it was all', () => {
    const hand = Hand.open();
    hand.says({ data: 300, flags: 'FIN,ACK' });
    hand.lan.for(5);
    expect(hand.host.told(hand.handle)).toEqual(['READABLE', 'PEER_CLOSED']);
    expect(hand.acks).toEqual([[1, 301]]);
    expect(hand.host.read(hand.handle).length).toBe(300);
    // And the core may still send: CLOSE-WAIT.
    expect(hand.writes(0, 10)).toBe(10);
    hand.lan.for(5);
    expect(hand.data.length).toBe(1);
  });

  test('comes to a closed window as well, and data behind the FIN is not taken', () => {
    const hand = Hand.open();
    for (let at = 0; at < 4096; at += 1024) hand.says({ at, data: 1024 });
    hand.lan.for(50);
    expect(hand.seen.at(-1)?.window).toBe(0);
    hand.says({ at: 4096, flags: 'FIN,ACK' });
    hand.lan.for(50);
    expect(hand.state).toBe('CLOSE-WAIT');
    // It took no room, and the window is as closed as before.
    expect(hand.seen.at(-1)).toMatchObject({ ack: 4097, window: 0 });
    expect(hand.host.read(hand.handle).length).toBe(4096);
    hand.says({ at: 4097, data: 100 });
    hand.lan.for(50);
    expect(hand.host.read(hand.handle).length).toBe(0);
    expect(hand.acks.at(-1)?.[1]).toBe(4097);
  });

  test('goes behind all that was written, whenever the window lets it', () => {
    const hand = Hand.open({ window: 100 });
    expect(hand.writes(0, 4000)).toBe(4000);
    hand.host.close(hand.handle);
    let acknowledged = 0;
    let fin = -1;
    hand.peer.onFrame = ({ frame, bytes }): void => {
      if (frame.kind !== 'tcp') return;
      expect(differsAt(frame.payload, 2, acknowledged), `${bytes.length} at ${acknowledged}`).toBe(-1);
      acknowledged += frame.payload.length;
      if (frame.flags.has('FIN')) fin = acknowledged;
      hand.lan.at(hand.lan.nowMs, () => hand.says({ ack: acknowledged + (fin < 0 ? 0 : 1) }));
    };
    hand.lan.until(() => fin >= 0);
    hand.lan.for(10);
    expect([fin, acknowledged]).toEqual([4000, 4000]);
  });
});

describe('data for an app that is gone: RFC 9293 §3.6.1, SHLD-3', () => {
  test('which closed before it had read all: a RST, at once, and no FIN', () => {
    const hand = Hand.open();
    hand.says({ data: 100 });
    hand.lan.for(100);
    hand.clear();
    hand.host.close(hand.handle);
    hand.lan.for(100);
    expect(hand.seen.map(({ flags, seq }) => [flags, seq])).toEqual([['RST', 0]]);
    expect(used(hand.host).connections).toBe(0);
  });

  test('which has closed, in FIN-WAIT-1 and in FIN-WAIT-2: a RST', () => {
    for (const ack of [0, 1]) {
      const hand = Hand.open();
      hand.host.close(hand.handle);
      hand.lan.for(5);
      hand.clear();
      hand.says({ ack });
      hand.says({ data: 100 });
      hand.lan.for(5);
      expect(hand.seen.map(({ flags, seq }) => [flags, seq])).toEqual([['RST', 1]]);
      expect(used(hand.host)).toEqual({ connections: 0, halfOpen: 0, timeWait: 0, listeners: 1 });
    }
  });

  test('which has only said that it sends no more: it is read', () => {
    for (const ack of [0, 1]) {
      const hand = Hand.open();
      hand.host.shutdown(hand.handle);
      hand.lan.for(5);
      hand.says({ ack });
      hand.says({ data: 100 });
      hand.lan.for(50);
      expect(hand.host.read(hand.handle).length).toBe(100);
      expect(hand.state).toBe(ack === 0 ? 'FIN-WAIT-1' : 'FIN-WAIT-2');
    }
  });

  test('which has read all, and closes: a FIN', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s, listener } = established(both);
    client.send(c, new Uint8Array(10));
    exchange(lan);
    server.read(s);
    server.close(s);
    exchange(lan);
    expect(linesOf(lan).at(-2)).toMatch(/^server ACK,FIN/);
    client.close(c);
    server.close(listener);
    expectEmpty(lan, client, server);
  });
});

describe('data that comes early', () => {
  test('with the third packet, and a FIN: it is there when the app accepts', () => {
    const hand = new Hand();
    hand.syn();
    hand.lan.for(5);
    hand.synAckArrived();
    hand.clear();
    hand.says({ data: 100, flags: 'FIN,ACK' });
    hand.lan.for(5);
    hand.accept();
    expect(hand.state).toBe('CLOSE-WAIT');
    expect(hand.acks).toEqual([[1, 101]]);
    const bytes = hand.host.read(hand.handle);
    expect([bytes.length, differsAt(bytes, 1, 0)]).toEqual([100, -1]);
  });

  test('for a connection that nobody has accepted waits there, up to the window, and is read then', () => {
    const hand = new Hand();
    hand.syn();
    hand.lan.for(5);
    hand.synAckArrived();
    hand.says({});
    for (let at = 0; at < 6000; at += 1000) hand.says({ at, data: 1000 });
    hand.lan.for(600_000);
    expect(hand.seen.at(-1)).toMatchObject({ ack: 4096, window: 0 });
    hand.accept();
    const bytes = hand.host.read(hand.handle);
    expect([bytes.length, differsAt(bytes, 1, 0)]).toEqual([4096, -1]);
    // The window is open again, and the peer is told.
    hand.lan.for(5);
    expect(hand.seen.at(-1)).toMatchObject({ ack: 4096, window: 4096 });
  });

  test('with a SYN is not acknowledged, and comes again', () => {
    const hand = new Hand();
    hand.peer.segment(hand.host, {
      sourcePort: 4000,
      destinationPort: PORT,
      sequence: 100,
      flags: 'SYN',
      mss: 1460,
      payload: new Uint8Array(50),
    });
    hand.lan.for(5);
    expect(hand.peer.lastSegment.acknowledgment).toBe(101);
  });

  test('for a connection that ends up not accepted, since its listener closes, is answered by a RST', () => {
    const hand = new Hand();
    hand.syn();
    hand.lan.for(5);
    hand.synAckArrived();
    hand.says({ data: 100 });
    hand.lan.for(100);
    hand.clear();
    hand.host.close(hand.listener ?? 0);
    hand.lan.for(5);
    expect(hand.seen.map(({ flags }) => flags)).toEqual(['RST']);
    expect(used(hand.host)).toEqual({ connections: 0, halfOpen: 0, timeWait: 0, listeners: 0 });
  });
});
