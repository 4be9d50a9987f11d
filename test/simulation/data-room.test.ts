import { describe, expect, test } from 'vitest';
import { Errno, Option } from '../../host/core/layout.js';
import type { Lan } from '../../host/lan/index.js';
import { differsAt, expectEmpty, streamOf } from './ends.js';
import { Hand } from './hand.js';
import { established, exchange, framesOf, PORT, timesOf, used, world } from './world.js';

const HOUR = 3_600_000;
/** Bytes of a ring of the `lan` profile, which the debug build has too. */
const RING = 4096;
const MSS = 1460;

/** A connection of two cores whose rings are full: the server's app reads nothing. */
function full() {
  const both = world();
  const { lan, client, server } = both;
  const ends = established(both);
  let sent = 0;
  for (let round = 0; round < 8; round++) {
    sent += client.send(ends.c, streamOf(1, sent, RING));
    lan.for(100);
  }
  expect([sent, server.core.received(ends.s)]).toEqual([2 * RING, RING]);
  lan.for(10_000);
  return { ...both, ...ends, sent };
}

/** The right edges of the windows that a host has told, in order. */
function edgesOf(lan: Lan, from: string): number[] {
  return framesOf(lan)
    .filter(({ record }) => record.from === from)
    .map(({ frame }) => (frame.acknowledgment + frame.window) >>> 0);
}

describe('a closed window between two cores: RFC 9293 §3.8.6', () => {
  test('is probed for an hour, each wait twice the last up to a minute, and opens at once when the app reads', () => {
    const { lan, client, server, c, s, sent, listener } = full();
    lan.for(HOUR);
    expect([client.state(c), client.failure(c)]).toEqual(['ESTABLISHED', undefined]);
    const probes = framesOf(lan).filter(({ record, frame }) => record.from === 'client' && frame.payload.length === 1);
    const waits = probes.slice(1).map(({ record }, i) => record.at - (probes[i]?.record.at ?? 0));
    // MUST-36; RFC 6298 §2.5.
    waits.slice(1).forEach((wait, i) => expect(wait).toBe(Math.min(2 * (waits[i] ?? 0), 60_000)));
    expect(waits.at(-1)).toBe(60_000);
    let read = 0;
    const begun = lan.nowMs;
    lan.until(() => {
      const bytes = server.read(s);
      expect(differsAt(bytes, 1, read)).toBe(-1);
      return (read += bytes.length) === sent;
    });
    // Nagle holds back nothing of it: what is to be sent is whole segments, and an end when those are acknowledged.
    expect(lan.nowMs - begun).toBeLessThan(100);
    client.close(c);
    exchange(lan);
    server.close(s);
    server.close(listener);
    expectEmpty(lan, client, server);
  });

  test('whose update is lost is found open by the next probe, not by chance', () => {
    const { lan, server, s } = full();
    const { hits } = lan.lose({ from: 'server', nth: 1 });
    expect(hits).toBe(0);
    const update = lan.nowMs;
    server.read(s);
    lan.until(() => server.core.received(s) > 0, 61_000);
    const probe = timesOf(lan, 'client', 'ACK').find((at) => at > update);
    expect(lan.nowMs - (probe ?? 0)).toBeLessThanOrEqual(3);
  });

  test('of a peer that is gone ends after two minutes from its last answer', () => {
    const { lan, client, server, c } = full();
    const heard = (timesOf(lan, 'server', 'ACK').at(-1) ?? 0) + 1;
    lan.partition(client, server);
    lan.until(() => client.state(c) === 'CLOSED');
    expect([client.failure(c), lan.nowMs - heard]).toEqual(['ETIMEDOUT', 120_000]);
  });

  test('never has its edge move left, nor right by less than an MSS, whatever apps do (SHLD-14, §3.8.6.2.2)', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const both = world({ seed });
      const { lan, client, server } = both;
      const { random } = lan;
      const { c, s } = established(both);
      lan.faults = { loss: 0.05, reordering: 0.1, delayMs: 10 };
      let [sent, read] = [0, 0];
      for (let step = 0; step < 300; step++) {
        sent += client.send(c, streamOf(1, sent, random.below(3000)));
        const bytes = server.read(s, random.below(700));
        expect(differsAt(bytes, 1, read)).toBe(-1);
        read += bytes.length;
        lan.for(random.below(30));
      }
      const edges = edgesOf(lan, 'server').slice(1);
      const opened = edges.slice(1).map((edge, i) => (edge - (edges[i] ?? 0)) | 0);
      expect(opened.filter((more) => more !== 0 && more < MSS)).toEqual([]);
      expect(opened.filter((more) => more !== 0).length).toBeGreaterThan(5);
    }
  });
});

describe('a closed window of a peer that is played by hand', () => {
  test.for(['ESTABLISHED', 'CLOSE-WAIT', 'FIN-WAIT-1', 'LAST-ACK', 'CLOSING'] as const)(
    'and who answers each probe for an hour is waited for (%s): MUST-37',
    (state) => {
      const hand = Hand.open();
      hand.says({ window: 0 });
      if (state === 'CLOSE-WAIT' || state === 'LAST-ACK') hand.says({ flags: 'FIN,ACK' });
      hand.lan.for(10);
      hand.writes(0, 500);
      if (state === 'FIN-WAIT-1' || state === 'LAST-ACK' || state === 'CLOSING') hand.host.shutdown(hand.handle);
      if (state === 'CLOSING') hand.says({ flags: 'FIN,ACK' });
      hand.lan.for(10);
      expect(hand.state).toBe(state);
      const fin = state === 'ESTABLISHED' || state === 'FIN-WAIT-1' ? 0 : 1;
      hand.peer.onFrame = ({ frame }): void => {
        if (frame.kind === 'tcp' && frame.payload.length > 0) hand.says({ at: fin });
      };
      hand.lan.for(HOUR);
      expect(hand.state).toBe(state);
      hand.peer.onFrame = undefined;
      hand.clear();
      hand.says({ at: fin, window: 4000 });
      hand.lan.for(5);
      // All, from the first byte on, though that one was sent as a probe before.
      expect(hand.data).toEqual([[1, 0, 500]]);
      hand.says({ at: fin, ack: 500 });
      hand.lan.for(5);
      expect(hand.host.nextWakeUpMs === undefined).toBe(state === 'ESTABLISHED' || state === 'CLOSE-WAIT');
    },
  );

  test('and who takes the one byte of each probe gets the next by the next', () => {
    const hand = Hand.open();
    hand.says({ window: 0 });
    hand.lan.for(5);
    const taken: number[] = [];
    hand.peer.onFrame = ({ frame }): void => {
      if (frame.kind !== 'tcp' || frame.payload.length === 0) return;
      taken.push(...frame.payload);
      hand.says({ ack: taken.length });
    };
    hand.writes(0, 8);
    hand.lan.until(() => taken.length === 8);
    hand.lan.for(5);
    expect(differsAt(Uint8Array.from(taken), 2, 0)).toBe(-1);
    expect(hand.host.nextWakeUpMs).toBeUndefined();
    expect(hand.host.core.sendSpace(hand.handle)).toBe(RING);
  });
});

describe('an app', () => {
  test('that has written a part of the ring is refused more than the rest, and nothing of it is sent', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    const { exports } = client.core;
    lan.partition(client, server);
    client.send(c, streamOf(1, 0, 3000));
    expect(exports.send_space(c)).toBe(RING - 3000);
    expect(exports.send(c, RING - 3000 + 1)).toBe(Errno.EINVAL);
    expect(exports.send(c, -1)).toBe(-22);
    client.settle();
    lan.heal();
    lan.for(5000);
    expect(server.core.received(s)).toBe(3000);
    expect(differsAt(server.read(s), 1, 0)).toBe(-1);
    expect(exports.consume(c, 1)).toBe(Errno.EINVAL);
    // Where the free part of the ring is in two, each is refused for itself.
    client.send(c, streamOf(1, 3000, 3000));
    lan.for(100);
    expect(client.core.sendSpace(c)).toBe(RING);
  });

  test('with a handle whose entry another connection has now gets EBADF, and that one is not touched', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c } = established(both);
    client.abort(c);
    exchange(lan);
    const other = client.connect(server, PORT);
    exchange(lan);
    const { exports } = client.core;
    expect(other).not.toBe(c);
    const calls = [
      exports.send_space(c),
      exports.send(c, 1),
      exports.received(c),
      exports.consume(c, 0),
      exports.set_option(c, Option.NO_DELAY, 1, lan.now),
      exports.shutdown(c),
      exports.close(c, lan.now),
      exports.abort(c),
    ];
    expect(calls).toEqual(calls.map(() => Errno.EBADF));
    expect([exports.send_at(c), exports.received_at(c)]).toEqual([0, 0]);
    expect(client.state(other)).toBe('ESTABLISHED');
  });

  test('that sets what cannot be is refused, and what is at the edge is taken', () => {
    const both = world();
    const { c } = established(both);
    const set = (option: number, value: number): number => both.client.core.exports.set_option(c, option, value, 0);
    const { NO_DELAY, KEEP_ALIVE, USER_TIMEOUT } = Option;
    expect([set(0, 1), set(4, 1), set(KEEP_ALIVE, 65_536), set(USER_TIMEOUT, 0), set(USER_TIMEOUT, 4_194_241)]).toEqual(
      [-22, -22, -22, -22, -22],
    );
    expect([set(NO_DELAY, 0), set(KEEP_ALIVE, 65_535), set(USER_TIMEOUT, 1), set(USER_TIMEOUT, 4_194_240)]).toEqual([
      0, 0, 0, 0,
    ]);
  });
});

describe('how long a peer may be silent', () => {
  // Kept in units of 64 ms, rounded up.
  test.for([
    [1, 64],
    [640, 640],
    [641, 704],
    [30_000, 30_016],
    [4_194_240, 4_194_240],
  ] as const)('a user timeout of %i ms ends a connection %i ms after what was sent, to the ms', ([timeout, exact]) => {
    const both = world({ trace: false });
    const { lan, client, server } = both;
    const { c } = established(both);
    client.send(c, new Uint8Array(100));
    lan.for(1000);
    client.setUserTimeout(c, timeout);
    lan.partition(client, server);
    const begun = lan.nowMs;
    client.send(c, new Uint8Array(100));
    lan.until(() => client.state(c) === 'CLOSED', 2 * 4_194_240);
    expect([client.failure(c), lan.nowMs - begun]).toEqual(['ETIMEDOUT', exact]);
    // A question for a neighbour that has been silent for long may be under way.
    lan.for(10_000);
    expect(client.nextWakeUpMs).toBeUndefined();
  });

  test('keep-alive asks after so many s of silence, exactly, in ESTABLISHED and in CLOSE-WAIT', () => {
    for (const isHalfClosed of [false, true]) {
      const both = world();
      const { lan, client, server } = both;
      const { c, s } = established(both);
      client.send(c, new Uint8Array(100));
      lan.for(1000);
      if (isHalfClosed) server.read(s);
      if (isHalfClosed) server.shutdown(s);
      exchange(lan);
      client.setKeepAlive(c, 75);
      const begun = lan.nowMs;
      lan.for(10 * 75_002);
      const asked = timesOf(lan, 'client', 'ACK').filter((at) => at > begun);
      // It begins anew when the answer comes, two ms later.
      expect(asked.map((at) => at - begun)).toEqual(Array.from({ length: 10 }, (_, i) => 75_000 + i * 75_002));
      expect(client.state(c)).toBe(isHalfClosed ? 'CLOSE-WAIT' : 'ESTABLISHED');
    }
  });

  test('keep-alive tells of a peer without power, and of one that has forgotten the connection', () => {
    for (const failure of ['ETIMEDOUT', 'ECONNRESET']) {
      const both = world();
      const { lan, client, server } = both;
      const { c } = established(both);
      client.setKeepAlive(c, 10);
      client.setUserTimeout(c, 6400);
      if (failure === 'ETIMEDOUT') server.powerOff();
      else server.reboot(lan.random.bytes(16));
      lan.until(() => client.state(c) === 'CLOSED', 10_000 + 6400 + 1);
      expect(client.failure(c)).toBe(failure);
      client.close(c);
      expectEmpty(lan, client);
    }
  });

  test('for ever, without keep-alive: six connections that have transferred cost no wake-up in an hour', () => {
    const both = world();
    const { lan, client, server } = both;
    const listener = server.listen(PORT, 6);
    const handles = Array.from({ length: 6 }, () => client.connect(server, PORT));
    lan.for(50);
    for (const c of handles) {
      const s = server.accept(listener) ?? 0;
      client.send(c, streamOf(1, 0, 4000));
      server.send(s, streamOf(2, 0, 3999));
      lan.for(500);
      expect([client.read(c).length, server.read(s).length]).toEqual([3999, 4000]);
    }
    lan.for(120_000);
    const before = [client.wakeUps, server.wakeUps];
    const frames = framesOf(lan).length;
    lan.for(HOUR);
    expect([client.wakeUps, server.wakeUps, framesOf(lan).length]).toEqual([...before, frames]);
    expect([client.nextWakeUpMs, server.nextWakeUpMs]).toEqual([undefined, undefined]);
    expect([used(client).connections, used(server).connections]).toEqual([6, 6]);
  });
});
