import { describe, expect, test } from 'vitest';
import { arpFrame, packetFrame, Random } from '../../host/lan/index.js';
import { formatAddress } from '../../host/core/index.js';
import { next, used } from '../simulation/world.js';
import { HALF_OPEN_MS, Scene } from './scene.js';

/** More of it than anybody could want. */

describe.for(['lan', 'tiny', 'debug'] as const)('floods (%s)', (profile) => {
  test('SYNs from 10,000 addresses: each is answered, by cookies when the half-open entries are used up', () => {
    const scene = new Scene({ profile });
    const { host, lan } = scene;
    for (let count = 0; count < 10_000; count++) {
      const address = formatAddress(0xc6120001 + count);
      scene.segment({ sourcePort: 1024 + count, sequence: count * 977, mss: 1460 }, { address });
      if (count % 100 === 99) lan.for(1);
    }
    const { capacity } = host.core.pools().HALF_OPEN;
    expect(scene.heard().filter(({ flags }) => flags === 'ACK,SYN').length).toBe(10_000);
    expect(used(host).halfOpen).toBe(capacity);
    expect(host.core.statistics().counters.cookiesSent).toBe(10_000 - capacity);
    scene.survives({ afterMs: HALF_OPEN_MS });
    // The answers that a timer gives: four for each entry, whatever the length of the flood.
    expect(host.core.statistics().counters.segmentsRetransmitted).toBeLessThanOrEqual(4 * capacity);
  });

  test('10,000 SYNs from one address and port: one half-open entry, and each is answered once', () => {
    const scene = new Scene({ profile });
    const random = new Random(31);
    for (let count = 0; count < 10_000; count++) {
      scene.segment({ sequence: count < 5000 ? 100 : random.u32() });
      if (count % 100 === 99) scene.lan.for(1);
    }
    expect(used(scene.host).halfOpen).toBe(1);
    expect(scene.heard().length).toBe(10_000);
    scene.survives({ afterMs: HALF_OPEN_MS });
  });

  test('10,000 segments of every kind for ports that nobody listens on: one RST each, but for RSTs, and nothing kept', () => {
    const scene = new Scene({ profile });
    const kinds = ['SYN', 'ACK', 'FIN,ACK', 'RST', '', 'SYN,ACK', 'FIN', 'RST,ACK'];
    for (let count = 0; count < 10_000; count++) {
      scene.segment({ destinationPort: 1000 + count, flags: kinds[count % kinds.length] ?? '' });
      if (count % 100 === 99) scene.lan.for(1);
    }
    const heard = scene.heard();
    expect(heard.every(({ flags }) => flags === 'RST' || flags === 'ACK,RST')).toBe(true);
    expect(heard.length).toBe(7500);
    scene.survives();
  });

  test('pings and UDP datagrams, 10,000 of them: one answer each, and nothing kept', () => {
    const scene = new Scene({ profile });
    const ping = packetFrame(scene.attacker, scene.host, 1, Uint8Array.from([8, 0, 0xf7, 0xfd, 0, 1, 0, 1]));
    const datagram = packetFrame(scene.attacker, scene.host, 17, Uint8Array.from([0, 9, 0, 9, 0, 8, 0, 0]));
    for (let count = 0; count < 5000; count++) {
      scene.attacker.send(ping);
      scene.attacker.send(datagram);
      if (count % 100 === 99) scene.lan.for(1);
    }
    scene.lan.for(2);
    expect(scene.answers.sent).toBe(10_000);
    // A "port unreachable" quotes 28 bytes: 70 for the 60 that the shortest frame has on the wire.
    scene.survives({ mostBytes: 70 / 60 });
  });

  test('ARP requests from every address of the network: the neighbour of a live connection is not pushed out', () => {
    const scene = new Scene({ profile });
    const { lan, host, attacker } = scene;
    const asked = host.core.statistics().counters.arpRequestsSent;
    for (let round = 0; round < 10; round++) {
      for (let last = 1; last < 255; last++) {
        const address = `10.73.0.${last}`;
        if (address === host.address || address === scene.witness.address) continue;
        const sender = { mac: attacker.mac, address };
        attacker.send(arpFrame({ operation: 'request', sender, target: { address: host.address } }));
      }
      lan.for(1);
    }
    const { used: neighbours, capacity } = host.core.pools().NEIGHBOURS;
    expect(neighbours).toBe(capacity);
    scene.witnessLives();
    expect(host.core.statistics().counters.arpRequestsSent).toBe(asked);
    scene.survives();
  });

  test('cookies that are guessed: 10,000 ACKs during a flood open nothing', () => {
    const scene = new Scene({ profile });
    const random = new Random(5);
    const { capacity } = scene.host.core.pools().HALF_OPEN;
    for (let port = 0; port <= capacity; port++) scene.segment({ sourcePort: 5000 + port });
    scene.heard();
    for (let count = 0; count < 10_000; count++) {
      scene.segment({ sourcePort: 9000, sequence: next(100), acknowledgment: random.u32(), flags: 'ACK' });
      if (count % 100 === 99) scene.lan.for(1);
    }
    expect(scene.heard().every(({ flags }) => flags === 'RST')).toBe(true);
    expect(scene.host.core.statistics().counters.cookiesAccepted).toBe(0);
    scene.survives({ afterMs: HALF_OPEN_MS });
  });
});
