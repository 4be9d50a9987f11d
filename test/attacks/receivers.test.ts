import { describe, expect, test } from 'vitest';
import { Hand } from '../simulation/hand.js';
import { moduleOf, next } from '../simulation/world.js';
import { Scene } from './scene.js';

/** Peers that have proven who they are, and then do not play fair. */

const LAN = await moduleOf('lan');
const TINY = await moduleOf('tiny');
const RING = { lan: 4096, tiny: 1024 };
const PROFILES = [
  ['lan', LAN],
  ['tiny', TINY],
] as const;

describe.for(PROFILES)('a receiver that lies (%s)', ([profile, module]) => {
  test('optimistic ACK: of what was never sent it counts for nothing; of what is under way it harms the liar alone', () => {
    const hand = Hand.open({ trace: false, module });
    const written = hand.writes(0, RING[profile]);
    hand.lan.for(5);
    const sent = Math.max(...hand.data.map(([, seq, length]) => seq + length));
    // Beyond all that was sent: RFC 9293 §3.10.7.4, fifth.
    hand.clear();
    for (let ahead = 1; ahead <= 1000; ahead++) hand.says({ ack: sent + ahead });
    hand.lan.for(5);
    expect(hand.data).toEqual([]);
    expect(hand.acks.length).toBeLessThanOrEqual(1);
    // What has just left, before it can have arrived: as much as the ring holds goes out, and no more.
    let most = 0;
    let acknowledged = 0;
    let at = written;
    for (let round = 0; round < 200; round++) {
      const reached = Math.max(sent, ...hand.data.map(([, seq, length]) => seq + length));
      most = Math.max(most, reached - acknowledged);
      acknowledged = reached;
      hand.says({ ack: acknowledged });
      at += hand.writes(at, RING[profile]);
      hand.lan.for(2);
    }
    expect(most).toBeLessThanOrEqual(RING[profile]);
    expect(hand.state).toBe('ESTABLISHED');
  });

  test('ACK division: a thousand ACKs of a byte each open the window no further than one of them all', () => {
    const under = (step: number): number => {
      const hand = Hand.open({ trace: false, module, mss: 100, isActive: true });
      hand.writes(0, RING[profile]);
      hand.lan.for(5);
      // All is lost: the window of congestion is one segment.
      hand.lan.until(() => hand.host.core.statistics().counters.timeouts > 0);
      hand.lan.for(2);
      hand.clear();
      for (let ack = step; ack <= 100; ack += step) hand.says({ ack });
      hand.lan.for(5);
      return Math.max(...hand.data.map(([, seq, length]) => seq + length)) - 100;
    };
    expect(under(100)).toBe(200);
    expect(under(1)).toBeLessThanOrEqual(200);
  });

  test('duplicate-ACK spoofing: 1,000 of them have one segment sent again, and nothing beyond the peer’s window', () => {
    const hand = Hand.open({ trace: false, module, mss: 100, window: 600 });
    hand.writes(0, RING[profile]);
    hand.lan.for(5);
    hand.clear();
    for (let count = 0; count < 1000; count++) hand.says({ ack: 0 });
    hand.lan.for(50);
    expect(hand.data.filter(([, seq]) => seq === 0).length).toBe(1);
    expect(Math.max(...hand.data.map(([, seq, length]) => seq + length))).toBeLessThanOrEqual(600);
    expect(new Set(hand.data.map(([, seq]) => seq)).size).toBe(hand.data.length);
  });

  test('SACK Panic: SACK blocks without sense or measure change nothing but when a loss is suspected', () => {
    const hand = Hand.open({ trace: false, module, sack: true, mss: 48 });
    const length = hand.writes(0, RING[profile]);
    const { random } = hand.lan;
    let acknowledged = 0;
    for (let round = 0; round < 400 && acknowledged < length; round++) {
      const edge = (): number => random.u32() >> random.below(32);
      // The smallest pieces there can be, as many as a segment tells of.
      for (let count = 0; count < 20; count++) {
        hand.says({ sack: Array.from({ length: 4 }, (): [number, number] => [edge(), edge()]) });
      }
      hand.lan.for(20);
      for (const { seq, length: bytes } of hand.seen)
        if (seq <= acknowledged) acknowledged = Math.max(acknowledged, seq + bytes);
      hand.peer.received.length = 0;
      hand.says({ ack: acknowledged });
      hand.lan.for(2);
    }
    expect(acknowledged).toBe(length);
    expect(hand.state).toBe('ESTABLISHED');
  });

  test('a tiny MSS: 88 bytes are sent however few the peer asks for, and an MSS of 0 is none', () => {
    for (const [mss, size] of [
      [1, 88],
      [8, 88],
      [87, 88],
      [89, 89],
      [0, Math.min(536, RING[profile] / 2)],
      [65_535, Math.min(1460, RING[profile] / 2)],
    ] as const) {
      const hand = Hand.open({ trace: false, module, mss });
      hand.writes(0, RING[profile]);
      hand.lan.for(5);
      expect(hand.data[0]?.[2], `asked for ${mss}`).toBe(size);
    }
  });
});

describe.for(['lan', 'tiny'] as const)('Sockstress (%s)', (profile) => {
  test('a window of zero for ever: one byte a minute is what it costs, and the app that aborts has its connection back', () => {
    const scene = new Scene({ profile });
    const { host, lan, attacker } = scene;
    const { handle, answer, stop } = zeroWindow(scene);
    attacker.onFrame = answer;
    expect(host.send(handle, new Uint8Array(500))).toBe(500);
    lan.for(3_600_000);
    expect(host.state(handle)).toBe('ESTABLISHED');
    const before = host.core.statistics().counters.segmentsSent;
    lan.for(3_600_000);
    expect(host.core.statistics().counters.segmentsSent - before).toBeLessThanOrEqual(61);
    scene.serves();
    stop();
    host.abort(handle);
    lan.for(2);
    scene.survives();
  });

  test('as many of them as there are connections: strangers wait unanswered, and get in when the app aborts one', () => {
    const scene = new Scene({ profile, backlog: 8 });
    const { host, lan } = scene;
    const { capacity } = host.core.pools().CONNECTIONS;
    const taken = Array.from({ length: capacity - 1 }, (_, index) => {
      scene.attackerConnects({ sourcePort: 4000 + index, window: 0 });
      return scene.acceptFrom(scene.attacker);
    });
    // Weak: whoever completes handshakes is served in order, and the core does not say which peer has had enough.
    const visitor = lan.host('visitor', LAN, { address: '10.73.0.90' });
    lan.for(1);
    visitor.connect(host, host.localPort(scene.listener));
    lan.for(100);
    expect(host.accept(scene.listener)).toBeUndefined();
    host.abort(taken[0] ?? 0);
    const s = scene.acceptFrom(visitor);
    expect(host.state(s)).toBe('ESTABLISHED');
    host.abort(s);
    for (const handle of taken.slice(1)) host.abort(handle);
    lan.for(5);
    scene.survives();
  });

  test('a peer that says nothing at all: the connection ends after two minutes', () => {
    const scene = new Scene({ profile });
    const { handle } = zeroWindow(scene);
    scene.host.send(handle, new Uint8Array(500));
    scene.lan.for(121_000);
    expect(scene.host.failure(handle)).toBe('ETIMEDOUT');
    scene.host.close(handle);
    scene.survives();
  });

  test('a peer that is silent while nothing waits for it is kept, unless the app has set a keep-alive', () => {
    const scene = new Scene({ profile });
    scene.attackerConnects();
    const handle = scene.acceptFrom(scene.attacker);
    scene.lan.for(86_400_000);
    expect(scene.host.state(handle)).toBe('ESTABLISHED');
    scene.host.setKeepAlive(handle, 10);
    scene.lan.for(150_000);
    expect(scene.host.failure(handle)).toBe('ETIMEDOUT');
    scene.host.close(handle);
    scene.survives();
  });

  test('a window of zero for ever does not keep a connection that the app has closed', () => {
    const scene = new Scene({ profile });
    const { handle, answer } = zeroWindow(scene);
    scene.attacker.onFrame = answer;
    scene.host.send(handle, new Uint8Array(500));
    scene.host.close(handle);
    scene.lan.for(3_600_000);
    expect(scene.host.core.pools().CONNECTIONS.used).toBe(1);
  });

  test('a byte that is acknowledged now and then does not keep a connection that the app has closed', () => {
    const scene = new Scene({ profile });
    const { sourcePort, sequence, acknowledgment } = scene.attackerConnects();
    const handle = scene.acceptFrom(scene.attacker);
    scene.host.send(handle, new Uint8Array(500));
    scene.host.close(handle);
    for (let byte = 1; byte <= 60; byte++) {
      scene.lan.for(100_000);
      scene.segment({ sourcePort, sequence, acknowledgment: next(acknowledgment, byte), flags: 'ACK' });
    }
    expect(scene.host.core.pools().CONNECTIONS.used).toBe(1);
  });
});

/** A connection to the attacker, whose window is closed, and how it answers every probe. */
function zeroWindow(scene: Scene): { handle: number; answer: () => void; stop: () => void } {
  const numbers = scene.attackerConnects({ window: 0 });
  const handle = scene.acceptFrom(scene.attacker);
  const answer = (): void => scene.segment({ ...numbers, flags: 'ACK', window: 0 });
  const stop = (): void => {
    scene.attacker.onFrame = undefined;
    scene.attacker.received.length = 0;
  };
  return { handle, answer, stop };
}
