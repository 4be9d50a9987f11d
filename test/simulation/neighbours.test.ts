import { describe, expect, test } from 'vitest';
import { decode } from '../../host/trace/decode.js';
import { arpFrame, Lan, segmentFrame, type RawHost } from '../../host/lan/index.js';
import { Hand } from './hand.js';
import {
  arpRequestTimes,
  exchange,
  introduce,
  LAN_POOLS,
  MODULE,
  openedByPeer,
  PORT,
  rawWorld,
  SERVER,
  timesOf,
  used,
} from './world.js';

const ZERO_MAC = '00:00:00:00:00:00';

describe('ARP', () => {
  test('a host that boots announces its address once', () => {
    const lan = new Lan();
    const watcher = lan.raw('watcher', { address: '10.73.0.1' });
    lan.host('host', MODULE, { address: SERVER });
    lan.for(60_000);
    expect(watcher.received.map(({ frame }) => frame)).toEqual([
      expect.objectContaining({
        kind: 'arp',
        operation: 'request',
        senderAddress: SERVER,
        targetAddress: SERVER,
        targetMac: ZERO_MAC,
      }),
    ]);
  });

  test('a request for our address is answered to whoever asked', () => {
    const { lan, host, peer } = rawWorld();
    peer.send(arpFrame({ operation: 'request', sender: peer, target: { address: host.address } }));
    exchange(lan);
    const reply = peer.received.at(-1)?.frame;
    expect(reply).toMatchObject({ kind: 'arp', operation: 'reply', senderAddress: SERVER, senderMac: host.mac });
    expect(reply).toMatchObject({ targetAddress: peer.address, targetMac: peer.mac });
  });

  test('a probe (RFC 5227) for our address is answered, and nobody is remembered for it', () => {
    const { lan, host, peer } = rawWorld();
    const sender = { mac: peer.mac, address: '0.0.0.0' };
    peer.send(arpFrame({ operation: 'request', sender, target: { address: host.address } }));
    exchange(lan);
    expect(peer.received.at(-1)?.frame).toMatchObject({ kind: 'arp', operation: 'reply', senderAddress: SERVER });
    expect(host.core.pools().NEIGHBOURS.used).toBe(0);
  });

  test('requests for others cost nothing and are not answered', () => {
    const { lan, host, peer } = rawWorld();
    peer.send(arpFrame({ operation: 'request', sender: peer, target: { address: '10.73.0.200' } }));
    exchange(lan);
    expect(peer.received.filter(({ frame }) => frame.kind === 'arp' && frame.operation === 'reply')).toEqual([]);
    expect(host.core.pools().NEIGHBOURS.used).toBe(0);
    expect(host.core.statistics().drops.ARP_NOT_FOR_US).toBe(1);
  });

  test('another host with our address is told to the app, and the address is defended once in ten seconds', () => {
    const { lan, host, peer } = rawWorld();
    lan.for(5);
    peer.received.length = 0;
    const claim = arpFrame({
      operation: 'request',
      sender: { mac: peer.mac, address: SERVER },
      target: { address: SERVER },
    });
    const defences = (): number => peer.received.filter(({ frame }) => frame.kind === 'arp').length;
    peer.send(claim);
    exchange(lan);
    expect(host.events).toMatchObject([{ handle: 0, kinds: ['ADDRESS_CONFLICT'] }]);
    expect(defences()).toBe(1);
    lan.for(5000);
    peer.send(claim);
    exchange(lan);
    expect(host.events).toHaveLength(2);
    expect(defences()).toBe(1);
    lan.for(5000);
    peer.send(claim);
    exchange(lan);
    expect(defences()).toBe(2);
    expect(host.core.statistics().counters.addressConflicts).toBe(3);
  });

  test('a MAC that is a minute old is asked for again, and used meanwhile', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    introduce(w);
    lan.for(59_000);
    host.close(host.connect(peer, 9, 5000));
    exchange(lan);
    expect(arpRequestTimes(lan, 'host')).toEqual([]);
    lan.for(2000);
    const begun = lan.nowMs;
    host.connect(peer, 9, 5000);
    exchange(lan);
    expect(timesOf(lan, 'host', 'SYN').at(-1)).toBe(begun);
    expect(arpRequestTimes(lan, 'host')).toEqual([begun]);
    lan.for(30_000);
    host.connect(peer, 9, 5000);
    exchange(lan);
    expect(arpRequestTimes(lan, 'host')).toEqual([begun]);
  });

  test('a host that came back with another MAC is found again', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    introduce(w);
    lan.unplug(peer);
    const other = lan.raw('other', { address: peer.address, mac: '02:00:00:00:00:99' });
    lan.for(61_000);
    const h = host.connect(other, 9, 30_000);
    lan.for(5000);
    expect(other.segments.length).toBeGreaterThan(0);
    expect(host.state(h)).toBe('SYN-SENT');
  });

  test('a host that is gone is no longer believed in, and connect fails with EHOSTUNREACH', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    introduce(w);
    lan.unplug(peer);
    lan.for(61_000);
    const h = host.connect(peer, 9, 30_000);
    lan.for(30_000);
    expect(host.failure(h)).toBe('EHOSTUNREACH');
  });

  test('a flood of neighbours never puts one out that a connection uses', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    introduce(w);
    const listener = host.listen(PORT);
    const { handle } = openedByPeer(w, listener);
    // Its first frame makes the connection a user of its neighbour.
    host.shutdown(handle);
    exchange(lan);
    const asked = arpRequestTimes(lan, 'host').length;
    for (let i = 0; i < 4 * LAN_POOLS.neighbours; i++) {
      const sender = { mac: `02:00:00:00:01:${(i + 1).toString(16).padStart(2, '0')}`, address: `10.73.0.${100 + i}` };
      peer.send(arpFrame({ operation: 'request', sender, target: { address: host.address } }));
    }
    exchange(lan);
    expect(host.core.pools().NEIGHBOURS.used).toBe(LAN_POOLS.neighbours);
    host.abort(handle);
    exchange(lan);
    expect([...peer.lastSegment.flags]).toEqual(['RST']);
    expect(arpRequestTimes(lan, 'host')).toHaveLength(asked);
  });

  test('with all connections waiting for neighbours that are not there, there is room to answer others', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const handles = Array.from({ length: LAN_POOLS.connections }, (_, i) =>
      host.connect({ address: `10.73.0.${100 + i}` }, PORT, 5000),
    );
    lan.for(2000);
    for (let i = 0; i < 50; i++) {
      const sender = { mac: peer.mac, address: `10.73.0.${150 + i}` };
      peer.send(arpFrame({ operation: 'request', sender, target: { address: host.address } }));
      exchange(lan);
    }
    lan.for(5000);
    for (const handle of handles) expect(host.failure(handle)).toBe('EHOSTUNREACH');
    expect(host.core.pools().CONNECTIONS.used).toBe(handles.length);
  });
});

test('a neighbour is given back with the last connection through it: many in turn leave room for the next', () => {
  const { lan, host, peer } = rawWorld();
  for (let i = 0; i < 4 * LAN_POOLS.neighbours; i++) {
    const address = `10.73.0.${100 + i}`;
    const sender = { mac: peer.mac, address };
    // Half of them are there and never answer TCP, the others are not there at all.
    if (i % 2 === 0) peer.send(arpFrame({ operation: 'request', sender, target: { address: host.address } }));
    lan.for(5);
    const h = host.connect({ address }, PORT, 100);
    lan.for(200);
    expect(host.failure(h), address).toBe(i % 2 === 0 ? 'ETIMEDOUT' : 'EHOSTUNREACH');
    host.close(h);
  }
  lan.for(5000);
  const h = host.connect(peer, PORT, 5000);
  exchange(lan);
  expect(host.state(h)).toBe('SYN-SENT');
  expect(peer.lastSegment.destinationPort).toBe(PORT);
});

describe('beyond the link', () => {
  test('a peer on another network is reached through the router', () => {
    const lan = new Lan();
    const host = lan.host('host', MODULE, { address: SERVER, gateway: '10.73.0.1' });
    const router = lan.raw('router', { address: '10.73.0.1' });
    const h = host.connect({ address: '192.0.2.5' }, 80, 5000);
    exchange(lan);
    const syn = router.lastSegment;
    expect([syn.ip.destination, syn.ethernet.destination]).toEqual(['192.0.2.5', router.mac]);
    const far = { mac: router.mac, address: '192.0.2.5' };
    router.send(synAckTo(router, far, host, syn.sourcePort, syn.sequence));
    exchange(lan);
    expect(host.state(h)).toBe('ESTABLISHED');
  });

  test('without a router there is no way there', () => {
    const { host } = rawWorld();
    const ENETUNREACH = expect.objectContaining({ code: 'ENETUNREACH' }) as Error;
    expect(() => host.connect({ address: '192.0.2.5' }, 80)).toThrow(ENETUNREACH);
  });
});

function synAckTo(
  router: RawHost,
  far: { mac: string; address: string },
  host: { mac: string; address: string },
  destinationPort: number,
  iss: number,
): Uint8Array {
  expect(router.mac).toBe(far.mac);
  const frame = segmentFrame(far, host, {
    sourcePort: 80,
    destinationPort,
    sequence: 300,
    acknowledgment: (iss + 1) >>> 0,
    flags: 'SYN,ACK',
  });
  expect(decode(frame).kind).toBe('tcp');
  return frame;
}

describe('a peer whose MAC is not known any more, though what it says still arrives', () => {
  /** Its segments wait for its MAC, and then it acknowledges all that it has. */
  function waiting(): Hand {
    const hand = Hand.open();
    hand.peer.answersArp = false;
    hand.lan.for(70_000);
    hand.writes(0, 300);
    hand.lan.for(20_000);
    hand.says({ ack: 300 });
    hand.lan.for(10);
    return hand;
  }

  test('is not asked for where there is nothing to send to it', () => {
    const { lan, host } = waiting();
    lan.for(2000);
    const before = arpRequestTimes(lan, 'host').length;
    lan.for(60_000);
    expect(arpRequestTimes(lan, 'host').length).toBe(before);
    expect(host.core.nextDeadline(lan.nowMs)).toBe(-1);
  });

  test('does not keep a connection that the app has closed', () => {
    const { lan, host, handle } = waiting();
    host.close(handle);
    lan.for(130_000);
    expect(used(host).connections).toBe(0);
  });

  test('gives what is written to it up after the user timeout', () => {
    const hand = waiting();
    hand.writes(300, 100);
    hand.lan.for(130_000);
    expect(hand.host.failure(hand.handle)).toBe('ETIMEDOUT');
  });
});
