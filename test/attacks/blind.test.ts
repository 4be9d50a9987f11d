import { describe, expect, test } from 'vitest';
import { Lan, Random, type CoreHost, type RawHost } from '../../host/lan/index.js';
import { exchange, moduleOf, next, PORT, used } from '../simulation/world.js';
import { Scene } from './scene.js';

/** An attacker who sees nothing, but knows or guesses the 4-tuple. RFC 5961. */

const MODULE = await moduleOf('lan');

/** Numbers of the witness's connection, which a blind attacker does not have: to say what lies where. */
function numbersOf(scene: Scene): { receiveNext: number; sendNext: number } {
  let found: { receiveNext: number; sendNext: number } | undefined;
  const { lan, host, witness } = scene;
  const send = lan.send.bind(lan);
  // A challenge says both.
  scene.asWitness({ sequence: 0, flags: 'SYN' });
  lan.send = (from, frame): void => {
    const view = new DataView(frame.buffer, frame.byteOffset);
    if (from === host) found = { sendNext: view.getUint32(38), receiveNext: view.getUint32(42) };
    send(from, frame);
  };
  lan.for(1000);
  lan.send = send;
  expect(witness.state(scene.there)).toBe('ESTABLISHED');
  if (found === undefined) throw new Error('the SYN was not challenged');
  return found;
}

describe('blind', () => {
  test.for(['lan', 'tiny'] as const)(
    'RSTs all over the window: only the one with exactly the next number would end the connection (%s)',
    (profile) => {
      const scene = new Scene({ profile });
      const { receiveNext } = numbersOf(scene);
      const random = new Random(3);
      for (let step = 1; step < 5000; step += 7) scene.asWitness({ sequence: next(receiveNext, step), flags: 'RST' });
      for (let count = 0; count < 2000; count++) {
        const sequence = random.u32();
        if (sequence !== receiveNext) scene.asWitness({ sequence, flags: count % 2 ? 'RST' : 'RST,ACK' });
      }
      scene.lan.for(1000);
      scene.survives();
      const { challengeAcks, establishedResets } = scene.host.core.statistics().counters;
      expect(establishedResets).toBe(0);
      // One to learn the numbers, and one for all of these.
      expect(challengeAcks).toBeLessThanOrEqual(3);
      // Who sees the numbers can end it: RFC 5961 is about those who do not.
      scene.asWitness({ sequence: numbersOf(scene).receiveNext, flags: 'RST' });
      scene.lan.for(2);
      expect(scene.host.failure(scene.here)).toBe('ECONNRESET');
    },
  );

  test('SYNs with any number into a connection: a challenge ACK twice a second at most, and it lives', () => {
    const scene = new Scene();
    const { receiveNext } = numbersOf(scene);
    const random = new Random(4);
    const before = scene.host.core.statistics().counters.challengeAcks;
    for (let ms = 0; ms < 2000; ms++) {
      scene.asWitness({ sequence: receiveNext, flags: 'SYN' });
      scene.asWitness({ sequence: random.u32(), flags: 'SYN,ACK', acknowledgment: random.u32() });
      scene.lan.for(1);
    }
    expect(scene.host.core.statistics().counters.challengeAcks - before).toBeLessThanOrEqual(5);
    scene.survives();
  });

  test('data with numbers all over the space: none of it is ever read', () => {
    const scene = new Scene();
    const random = new Random(5);
    const { receiveNext } = numbersOf(scene);
    for (let count = 0; count < 2000; count++) {
      // Into the window every other time: then its ACK is what is wrong. RFC 5961 §5.
      const sequence = count % 2 ? next(receiveNext, random.below(2000)) : random.u32();
      const acknowledgment = random.u32() | 0x40000000;
      scene.asWitness({ sequence, acknowledgment, payload: random.bytes(20) });
      if (count % 50 === 49) scene.lan.for(1);
    }
    scene.lan.for(5);
    expect(scene.host.core.received(scene.here)).toBe(0);
    scene.survives();
  });

  test('RST, SYN and data at a connection that has still to begin: none ends the attempt without its number', () => {
    const lan = new Lan();
    const { host, peer } = opening(lan);
    const c = host.connect(peer, PORT);
    lan.for(3);
    const { sourcePort, sequence } = peer.lastSegment;
    const random = new Random(6);
    const to = { sourcePort: PORT, destinationPort: sourcePort };
    for (let count = 0; count < 3000; count++) {
      const acknowledgment = next(sequence, 2 + random.below(2 ** 31));
      const flags = ['RST', 'RST,ACK', 'SYN,ACK', 'ACK', 'FIN,ACK', ''][count % 6] ?? '';
      peer.segment(host, { ...to, sequence: random.u32(), acknowledgment, flags });
    }
    lan.for(3);
    expect(host.state(c)).toBe('SYN-SENT');
    peer.segment(host, { ...to, sequence: 900, acknowledgment: next(sequence), flags: 'SYN,ACK' });
    lan.for(3);
    expect(host.state(c)).toBe('ESTABLISHED');
  });

  test('a bare SYN that guesses the port of a connection that begins ends the attempt: weak', () => {
    // RFC 9293 §3.5: two SYNs may cross, so anybody’s SYN is the peer’s. One port of 16,384, within one round trip.
    const lan = new Lan();
    const { host, peer, server } = opening(lan);
    const listener = server.listen(PORT);
    lan.latencyMs = 10;
    const c = host.connect(server, PORT);
    lan.for(12);
    peer.segment(host, { sourcePort: PORT, destinationPort: host.localPort(c), sequence: 5, flags: 'SYN' }, server);
    lan.for(5000);
    expect([host.state(c), host.failure(c)]).toEqual(['CLOSED', 'ECONNREFUSED']);
    // The next try is as good as any.
    const again = host.connect(server, PORT);
    lan.for(100);
    expect(host.state(again)).toBe('ESTABLISHED');
    expect(server.accept(listener)).toBeGreaterThan(0);
  });

  test('the challenge-ACK side channel: what one connection is told does not depend on what others were', () => {
    const told = (asMany: number): number => {
      const scene = new Scene();
      const { sourcePort, sequence, acknowledgment } = scene.attackerConnects();
      const own = scene.acceptFrom(scene.attacker);
      // The attacker guesses at the witness’s connection, and counts what comes on its own.
      for (let count = 0; count < asMany; count++) scene.asWitness({ sequence: count, flags: 'RST' });
      for (let count = 0; count < asMany; count++) scene.asWitness({ sequence: count, flags: 'SYN' });
      scene.heard();
      for (let count = 0; count < 200; count++) {
        scene.segment({ sourcePort, sequence: next(sequence, 10), acknowledgment, flags: 'RST' });
      }
      const heard = scene.heard().length;
      scene.host.abort(own);
      scene.survives();
      return heard;
    };
    expect([told(0), told(1), told(500)]).toEqual([1, 1, 1]);
  });
});

describe('ACK storms', () => {
  test('two ends that disagree, with data and without, fall silent', () => {
    const scene = new Scene();
    const { lan, host, witness } = scene;
    const { sendNext, receiveNext } = numbersOf(scene);
    const before = host.core.statistics().counters.framesSent + witness.core.statistics().counters.framesSent;
    // Each is told by the attacker what the other has never said.
    const hijack = { acknowledgment: sendNext, payload: new Uint8Array(10) };
    scene.asWitness({ sequence: receiveNext, ...hijack });
    lan.for(60_000);
    const sent = host.core.statistics().counters.framesSent + witness.core.statistics().counters.framesSent - before;
    // What the attacker has put in stays in: it knew the numbers. But nobody talks about it for ever.
    expect(sent).toBeLessThan(10);
    expect(host.read(scene.here).length).toBe(10);
  });

  test('a SYN into the peer of a TIME-WAIT, even an old duplicate, is no storm', () => {
    const lan = new Lan();
    const { host, peer, server } = opening(lan);
    const listener = server.listen(PORT);
    const c = host.connect(server, PORT);
    exchange(lan);
    const s = server.accept(listener) ?? 0;
    const sourcePort = host.localPort(c);
    host.close(c);
    exchange(lan);
    server.close(s);
    exchange(lan);
    expect(used(host).timeWait).toBe(1);
    expect(
      framesOfStorm(lan, [host, server], () => {
        peer.segment(server, { sourcePort, destinationPort: PORT, sequence: 1000, flags: 'SYN' }, host);
      }),
    ).toBeLessThan(100);
  });

  test('two spoofed SYNs between two listeners are no storm', () => {
    const lan = new Lan();
    const { host, peer, server } = opening(lan);
    host.listen(PORT);
    server.listen(PORT);
    const syn = { sourcePort: PORT, destinationPort: PORT, flags: 'SYN' };
    expect(
      framesOfStorm(lan, [host, server], () => {
        peer.segment(server, { ...syn, sequence: 1000 }, host);
        peer.segment(host, { ...syn, sequence: 5000 }, server);
      }),
    ).toBeLessThan(100);
  });

  test('a challenge ACK that was given 26 days ago does not hold the next one back', () => {
    const scene = new Scene();
    const challenged = (): number => {
      scene.asWitness({ sequence: 7, flags: 'SYN' });
      scene.lan.for(100);
      return scene.host.core.statistics().counters.challengeAcks;
    };
    expect(challenged()).toBe(1);
    // Half of the clock’s round, and a day.
    scene.lan.for(26 * 86_400_000);
    expect(challenged()).toBe(2);
  });
});

/** Frames that these hosts send in a minute after this. */
function framesOfStorm(lan: Lan, hosts: CoreHost[], begin: () => void): number {
  const sent = (): number => hosts.reduce((sum, { core }) => sum + core.statistics().counters.framesSent, 0);
  const before = sent();
  begin();
  lan.for(60_000);
  return sent() - before;
}

function opening(lan: Lan): { host: CoreHost; server: CoreHost; peer: RawHost } {
  const host = lan.host('host', MODULE, { address: '10.73.0.2' });
  const server = lan.host('server', MODULE, { address: '10.73.0.3' });
  const peer = lan.raw('peer', { address: '10.73.0.9' });
  lan.for(2);
  return { host, server, peer };
}
