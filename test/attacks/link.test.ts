import { describe, expect, test } from 'vitest';
import { arpFrame, packetFrame } from '../../host/lan/index.js';
import { streamOf } from '../simulation/ends.js';
import { PORT } from '../simulation/world.js';
import { Scene } from './scene.js';

/** An attacker on the same link: ARP believes whoever speaks, and what the core has no part in, it ignores. */

const EVERYBODY = 'ff:ff:ff:ff:ff:ff';

describe('ARP', () => {
  test('poisoning is not defended: whoever claims a peer’s address gets its frames', () => {
    // RFC 826 has no way to tell. Said in SECURITY.md: on a link with strangers, data wants TLS above TCP.
    const scene = new Scene();
    const { lan, host, attacker, witness } = scene;
    const liar = { mac: attacker.mac, address: witness.address };
    attacker.send(arpFrame({ operation: 'reply', sender: liar, target: host }));
    lan.for(2);
    host.send(scene.here, streamOf(1, 0, 100));
    expect(scene.heard().map(({ length }) => length)).toEqual([100]);
  });

  test('nor is a handshake in another’s name: answers go to where a frame came from, and its MAC is believed', () => {
    const scene = new Scene();
    const { lan, host, attacker } = scene;
    const absent = { address: '10.73.0.50' };
    scene.attackerConnects({}, absent);
    const handle = scene.acceptFrom(absent);
    const requests = host.core.statistics().counters.arpRequestsSent;
    const c = host.connect(absent, PORT);
    expect(scene.heard().map(({ flags }) => flags)).toEqual(['SYN']);
    expect(host.core.statistics().counters.arpRequestsSent).toBe(requests);
    // Who is known already stays where ARP has said: the liar's connection then leads to the real one.
    const as = { address: scene.witness.address };
    scene.attackerConnects({ sourcePort: 4001 }, as);
    host.send(scene.acceptFrom(as), streamOf(1, 0, 10));
    expect(scene.heard()).toEqual([]);
    for (const each of [handle, c]) host.abort(each);
    attacker.received.length = 0;
    lan.for(10);
    expect(host.state(scene.here)).toBe('ESTABLISHED');
  });

  test('poisoning that stops is healed: within ten seconds the peer is asked for anew, and nothing is lost', () => {
    const scene = new Scene();
    const { lan, host, attacker, witness } = scene;
    const nobody = { mac: '02:66:66:66:66:66', address: witness.address };
    attacker.send(arpFrame({ operation: 'reply', sender: nobody, target: host }));
    lan.for(2);
    host.send(scene.here, new Uint8Array(100).fill(1));
    lan.for(10_000);
    expect(witness.read(scene.there)).toEqual(new Uint8Array(100).fill(1));
    lan.for(1000);
    scene.survives();
  });

  test('a poisoned answer for a peer that nobody asked for, and is not known, is not kept unless it is to us', () => {
    const scene = new Scene();
    const { lan, host, attacker } = scene;
    const { NEIGHBOURS } = host.core.pools();
    for (let last = 150; last < 250; last++) {
      const sender = { mac: attacker.mac, address: `10.73.0.${last}` };
      attacker.send(arpFrame({ operation: 'reply', sender, target: scene.witness, to: EVERYBODY }));
      attacker.send(arpFrame({ operation: 'request', sender, target: { address: sender.address } }));
    }
    lan.for(2);
    expect(host.core.pools().NEIGHBOURS.used).toBe(NEIGHBOURS.used);
    scene.survives();
  });

  test('senders that cannot be: off the network, a broadcast, a group MAC, zero: dropped, and not answered', () => {
    const scene = new Scene();
    const { lan, host, attacker } = scene;
    const target = { address: host.address };
    for (const sender of [
      { mac: attacker.mac, address: '8.8.8.8' },
      { mac: attacker.mac, address: '10.73.0.255' },
      { mac: attacker.mac, address: '10.73.0.0' },
      { mac: EVERYBODY, address: '10.73.0.77' },
      { mac: '01:00:5e:00:00:01', address: '10.73.0.77' },
      { mac: '00:00:00:00:00:00', address: '10.73.0.77' },
    ]) {
      attacker.send(arpFrame({ operation: 'request', sender, target }));
    }
    lan.for(2);
    expect(scene.answers).toMatchObject({ received: 6, sent: 0 });
    expect(host.core.statistics().drops.ARP_INVALID + host.core.statistics().drops.SOURCE_MAC).toBe(6);
    scene.survives();
  });

  test('who claims our own address is told once in ten seconds that it is ours, and the app is told', () => {
    const scene = new Scene();
    const { lan, host, attacker } = scene;
    const liar = { mac: attacker.mac, address: host.address };
    for (let ms = 0; ms < 20_000; ms += 10) {
      attacker.send(arpFrame({ operation: 'request', sender: liar, target: { address: host.address } }));
      lan.for(10);
    }
    expect(scene.answers.sent).toBeLessThanOrEqual(3);
    expect(host.events.some(({ kinds }) => kinds.includes('ADDRESS_CONFLICT'))).toBe(true);
    expect(host.core.statistics().counters.addressConflicts).toBe(2000);
    scene.survives();
  });

  test('who claims our address 26 days after the last one is told, too', () => {
    const scene = new Scene();
    const { lan, host, attacker } = scene;
    const claim = (): number => {
      const liar = { mac: attacker.mac, address: host.address };
      attacker.received.length = 0;
      attacker.send(arpFrame({ operation: 'request', sender: liar, target: { address: host.address } }));
      lan.for(5);
      return attacker.received.length;
    };
    expect(claim()).toBe(1);
    lan.for(26 * 86_400_000);
    expect(claim()).toBe(1);
  });

  test('a neighbour that did not answer 26 days ago is asked for again', () => {
    const scene = new Scene();
    const { lan, host } = scene;
    const peer = lan.raw('peer', { address: '10.73.0.50' });
    const requests = (): number => host.core.statistics().counters.arpRequestsSent;
    const attempt = (): void => {
      const c = host.connect(peer, PORT, 1500);
      lan.for(3000);
      host.close(c);
    };
    attempt();
    // It is known now, and goes.
    lan.unplug(peer);
    lan.for(120_000);
    attempt();
    const before = requests();
    lan.for(26 * 86_400_000);
    attempt();
    expect(requests()).toBeGreaterThan(before);
  });
});

describe('protocols that the core does not speak', () => {
  test('DHCP and DNS that are spoofed: broadcasts are not looked at, and a datagram to us gets Port Unreachable', () => {
    const scene = new Scene();
    const { lan, host, attacker } = scene;
    // An offer, an ACK that moves the address, and a FORCERENEW: the address is the boot record's, and stays.
    const everybody = { mac: EVERYBODY, address: '255.255.255.255' };
    for (const kind of [2, 5, 9]) {
      attacker.send(packetFrame(attacker, everybody, 17, datagram(67, 68, dhcp(kind))));
      attacker.send(packetFrame(attacker, { mac: EVERYBODY, address: host.address }, 17, datagram(67, 68, dhcp(kind))));
    }
    lan.for(2);
    expect(scene.answers).toMatchObject({ received: 6, sent: 0 });
    attacker.send(packetFrame(attacker, host, 17, datagram(67, 68, dhcp(5))));
    // An answer to a question that nobody has asked.
    attacker.send(packetFrame(attacker, host, 17, datagram(53, 40_000, new Array<number>(60).fill(1))));
    lan.for(2);
    expect(attacker.received.map(({ frame }) => frame.kind)).toEqual(['icmp', 'icmp']);
    expect(host.address).toBe('10.73.0.3');
    scene.survives({ mostBytes: 1 });
  });

  test('an mDNS flood: 20,000 datagrams to the group are dropped by their MAC, and none is answered', () => {
    const scene = new Scene();
    const { lan, host, attacker } = scene;
    const group = { mac: '01:00:5e:00:00:fb', address: '224.0.0.251' };
    const question = packetFrame(attacker, group, 17, datagram(5353, 5353, new Array<number>(40).fill(0)));
    for (let count = 0; count < 20_000; count++) {
      attacker.send(question);
      if (count % 200 === 199) lan.for(1);
    }
    lan.for(2);
    expect(scene.answers.sent).toBe(0);
    expect(host.core.statistics().drops.NOT_FOR_US).toBeGreaterThanOrEqual(20_000);
    scene.survives();
  });

  test('IPv6, VLAN tags, spanning tree and every other EtherType: dropped, and none is answered', () => {
    const scene = new Scene();
    const { lan, host, attacker } = scene;
    const frame = packetFrame(attacker, host, 17, datagram(9, 9, [1, 2, 3, 4]));
    for (let type = 0; type < 0x10000; type += 17) {
      if (type === 0x0800 || type === 0x0806) continue;
      const other = frame.slice();
      new DataView(other.buffer).setUint16(12, type);
      attacker.send(other);
      if (type % 100 === 0) lan.for(1);
    }
    lan.for(2);
    expect(scene.answers.sent).toBe(0);
    scene.survives();
    expect(host.localPort(scene.listener)).toBe(PORT);
  });
});

/** A UDP datagram without a checksum. */
function datagram(from: number, to: number, payload: number[]): Uint8Array {
  const length = 8 + payload.length;
  return Uint8Array.from([from >> 8, from & 255, to >> 8, to & 255, length >> 8, length & 255, 0, 0, ...payload]);
}

/** A DHCP reply that gives us 10.73.0.99, of this kind. RFC 2131. */
function dhcp(kind: number): number[] {
  const header = [2, 1, 6, 0, ...new Array<number>(12).fill(7), 10, 73, 0, 99, ...new Array<number>(216).fill(0)];
  return [...header, 99, 130, 83, 99, 53, 1, kind, 255];
}
