import { describe, expect, test } from 'vitest';
import { ladder } from '../../host/trace/index.js';
import {
  CLIENT,
  established,
  exchange,
  linesOf,
  next,
  openedByPeer,
  PORT,
  rawWorld,
  statesOf,
  used,
  world,
} from './world.js';

describe('RFC 9293 §3.5: two hosts become one connection', () => {
  test('Figure 6: a SYN, a SYN-ACK and an ACK establish a connection on both sides', () => {
    const { lan, client, server } = world();
    const listener = server.listen(PORT);
    const c = client.connect(server, PORT);
    expect(client.state(c)).toBe('SYN-SENT');
    expect(server.state(listener)).toBe('LISTEN');
    exchange(lan);
    const s = server.accept(listener);

    expect(linesOf(lan)).toEqual(['client SYN 0', 'server ACK,SYN 0 1', 'client ACK 1 1']);
    expect(client.state(c)).toBe('ESTABLISHED');
    expect(s !== undefined && server.state(s)).toBe('ESTABLISHED');
    expect(statesOf(lan, 'client')).toEqual(['SYN-SENT', 'ESTABLISHED']);
    expect(statesOf(lan, 'server')).toEqual(['SYN-RECEIVED', 'ESTABLISHED']);
    expect(client.told(c)).toEqual(['CONNECTED', 'WRITABLE']);
    expect(server.told(listener)).toEqual(['ACCEPTABLE']);
    expect(s !== undefined && server.core.remoteAddress(s)).toBe(CLIENT);
    expect(s !== undefined && server.core.remotePort(s)).toBe(client.localPort(c));
  });

  test('Figure 6 can be read as a ladder with the states of both sides', () => {
    const both = world();
    established(both);
    const { trace } = both.lan;
    const text = trace === undefined ? '' : ladder(trace);
    for (const word of ['SYN-SENT', 'SYN-RECEIVED', 'ESTABLISHED', 'client', 'server']) expect(text).toContain(word);
  });

  test('Figure 7: two SYNs that cross become one connection', () => {
    const { lan, host, peer } = rawWorld();
    const h = host.connect(peer, 4000);
    exchange(lan);
    const syn = peer.lastSegment;
    const toHost = { sourcePort: 4000, destinationPort: syn.sourcePort };
    peer.segment(host, { ...toHost, sequence: 300, flags: 'SYN', mss: 1000 });
    exchange(lan);
    expect(host.state(h)).toBe('SYN-RECEIVED');
    const synAck = peer.lastSegment;
    expect([...synAck.flags].sort()).toEqual(['ACK', 'SYN']);
    expect(synAck.sequence).toBe(syn.sequence);
    expect(synAck.acknowledgment).toBe(301);

    const acknowledgment = next(syn.sequence);
    peer.segment(host, { ...toHost, sequence: 300, acknowledgment, flags: 'SYN,ACK', mss: 1000 });
    exchange(lan);
    expect(host.state(h)).toBe('ESTABLISHED');
    expect(host.told(h)).toContain('CONNECTED');
    expect(statesOf(lan, 'host')).toEqual(['SYN-SENT', 'SYN-RECEIVED', 'ESTABLISHED']);
  });

  test('two SYNs that cross still become one connection when the SYN-ACKs are lost once', () => {
    const { lan, host, peer } = rawWorld();
    const h = host.connect(peer, 4000);
    exchange(lan);
    const syn = peer.lastSegment;
    lan.lose({ from: 'host', flags: 'SYN,ACK', nth: 1 });
    peer.segment(host, { sourcePort: 4000, destinationPort: syn.sourcePort, sequence: 300, flags: 'SYN' });
    lan.for(1100);
    expect(peer.lastSegment.flags.has('ACK')).toBe(true);
    const acknowledgment = next(syn.sequence);
    const toHost = { sourcePort: 4000, destinationPort: syn.sourcePort };
    peer.segment(host, { ...toHost, sequence: 301, acknowledgment, flags: 'ACK' });
    exchange(lan);
    expect(host.state(h)).toBe('ESTABLISHED');
  });

  test('Figure 8: an old duplicate SYN is cleared by the RST of its alleged sender, and the true SYN connects', () => {
    const { lan, client, server } = world();
    const listener = server.listen(PORT);
    const ghost = lan.raw('ghost', { address: '10.73.0.66' });
    // Line 2: the SYN is still in the network; line 3: an older one overtakes it.
    lan.delay({ from: 'client', flags: 'SYN', nth: 1 }, 50);
    const c = client.connect(server, PORT);
    lan.for(10);
    const duplicate = { sourcePort: client.localPort(c), destinationPort: PORT, sequence: 90, flags: 'SYN', mss: 1460 };
    ghost.segment(server, duplicate, { mac: client.mac, address: CLIENT });
    lan.for(10);
    // Lines 4 and 5
    const told = linesOf(lan).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(told).toEqual(['client SYN', 'ghost SYN', 'server ACK,SYN', 'client RST']);
    expect(used(server).halfOpen).toBe(0);
    expect(client.state(c)).toBe('SYN-SENT');
    // Lines 6 to 8
    lan.for(60);
    expect(client.state(c)).toBe('ESTABLISHED');
    const s = server.accept(listener);
    expect(s !== undefined && server.state(s)).toBe('ESTABLISHED');
    expect(server.core.statistics().counters.halfOpenResets).toBe(1);
  });
});

describe('RFC 9293 §3.5.1: a connection that only one side believes in', () => {
  test('Figure 9: a peer that rebooted and connects again finds the old connection and clears it', () => {
    const { lan, host, peer } = rawWorld();
    const listener = host.listen(PORT);
    const old = openedByPeer({ lan, host, peer }, listener);
    // Line 3: a SYN on the 4-tuple of the connection that the host still has
    const ports = { sourcePort: old.sourcePort, destinationPort: old.destinationPort };
    peer.segment(host, { ...ports, sequence: 400_000, flags: 'SYN' });
    exchange(lan);
    // Line 4
    expect([...peer.lastSegment.flags]).toEqual(['ACK']);
    expect(peer.lastSegment.sequence).toBe(old.acknowledgment);
    expect(peer.lastSegment.acknowledgment).toBe(old.sequence);
    expect(host.state(old.handle)).toBe('ESTABLISHED');
    // Line 5
    peer.segment(host, { ...ports, sequence: peer.lastSegment.acknowledgment, flags: 'RST' });
    exchange(lan);
    expect(host.state(old.handle)).toBe('CLOSED');
    expect(host.failure(old.handle)).toBe('ECONNRESET');
    expect(host.told(old.handle)).toContain('FAILED');
    // Line 7
    peer.segment(host, { ...ports, sequence: 400_000, flags: 'SYN' });
    exchange(lan);
    expect([...peer.lastSegment.flags].sort()).toEqual(['ACK', 'SYN']);
  });

  test('Figure 9, from the side that connects: an ACK that answers a SYN is answered by a RST it believes, and the SYN goes on', () => {
    const { lan, host, peer } = rawWorld();
    const h = host.connect(peer, 4000, 10_000);
    exchange(lan);
    const syn = peer.lastSegment;
    const toHost = { sourcePort: 4000, destinationPort: syn.sourcePort };
    peer.segment(host, { ...toHost, sequence: 300, acknowledgment: 100, flags: 'ACK' });
    exchange(lan);
    expect([...peer.lastSegment.flags]).toEqual(['RST']);
    expect(peer.lastSegment.sequence).toBe(100);
    expect(host.state(h)).toBe('SYN-SENT');
    lan.for(1000);
    expect(peer.lastSegment.sequence).toBe(syn.sequence);
    expect([...peer.lastSegment.flags]).toEqual(['SYN']);
  });

  test('Figure 9 between two cores: the server loses its client to a reboot and learns it from the next SYN', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, listener, s } = established(both);
    const port = client.localPort(c);
    client.reboot(new Uint8Array(16).fill(7));
    exchange(lan);
    // After a reboot ports are others, so a SYN on the old 4-tuple is played by hand, and the core answers for it.
    const ghost = lan.raw('ghost', { address: '10.73.0.66' });
    const syn = { sourcePort: port, destinationPort: PORT, sequence: 1, flags: 'SYN' };
    ghost.segment(server, syn, { mac: client.mac, address: CLIENT });
    exchange(lan);
    expect(server.failure(s)).toBe('ECONNRESET');
    const again = client.connect(server, PORT);
    exchange(lan);
    expect(client.state(again)).toBe('ESTABLISHED');
    expect(server.accept(listener)).toBeGreaterThan(0);
  });

  test('Figure 10: data for a connection that a reboot has forgotten is answered by a bare RST', () => {
    const { lan, host, peer } = rawWorld();
    const listener = host.listen(PORT);
    const old = openedByPeer({ lan, host, peer }, listener);
    host.reboot(new Uint8Array(16).fill(9));
    const payload = new Uint8Array(10);
    const { sourcePort, destinationPort, sequence, acknowledgment } = old;
    peer.segment(host, { sourcePort, destinationPort, sequence, acknowledgment, flags: 'ACK', payload });
    exchange(lan);
    expect([...peer.lastSegment.flags]).toEqual(['RST']);
    expect(peer.lastSegment.sequence).toBe(acknowledgment);
  });

  test('Figure 11: an old duplicate SYN between two listeners leaves both listening', () => {
    const { lan, client, server } = world();
    const a = client.listen(PORT);
    const b = server.listen(PORT);
    const ghost = lan.raw('ghost', { address: '10.73.0.66' });
    const syn = { sourcePort: PORT, destinationPort: PORT, sequence: 77, flags: 'SYN' };
    ghost.segment(server, syn, { mac: client.mac, address: CLIENT });
    exchange(lan);
    const told = linesOf(lan).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(told).toEqual(['ghost SYN', 'server ACK,SYN', 'client RST']);
    for (const [host, listener] of [
      [client, a],
      [server, b],
    ] as const) {
      expect(host.state(listener)).toBe('LISTEN');
      expect(used(host)).toEqual({ connections: 0, halfOpen: 0, timeWait: 0, listeners: 1 });
    }
    expect(server.accept(b)).toBeUndefined();
  });
});

describe('RFC 9293 §3.10.7.1: a segment for nobody', () => {
  test('a segment with an ACK is answered by a bare RST that has its number', () => {
    const { lan, host, peer } = rawWorld();
    peer.segment(host, { sourcePort: 4000, destinationPort: 9, sequence: 5, acknowledgment: 4242, flags: 'SYN,ACK' });
    exchange(lan);
    expect([...peer.lastSegment.flags]).toEqual(['RST']);
    expect(peer.lastSegment.sequence).toBe(4242);
    expect(peer.lastSegment.acknowledgment).toBe(0);
  });

  test('a segment without an ACK is answered by a RST with an ACK of all it had', () => {
    const { lan, host, peer } = rawWorld();
    const payload = new Uint8Array(10);
    peer.segment(host, { sourcePort: 4000, destinationPort: 9, sequence: 5, flags: 'SYN,FIN', payload });
    exchange(lan);
    expect([...peer.lastSegment.flags].sort()).toEqual(['ACK', 'RST']);
    expect(peer.lastSegment.sequence).toBe(0);
    expect(peer.lastSegment.acknowledgment).toBe(5 + 10 + 2);
  });

  test('a RST is not answered', () => {
    const { lan, host, peer } = rawWorld();
    const listener = host.listen(PORT);
    for (const destinationPort of [9, host.localPort(listener)]) {
      for (const flags of ['RST', 'RST,ACK', 'RST,SYN', 'RST,FIN,ACK']) {
        peer.segment(host, { sourcePort: 4000, destinationPort, sequence: 5, acknowledgment: 6, flags });
      }
    }
    exchange(lan);
    expect(peer.segments).toEqual([]);
    expect(host.core.statistics().drops.RESET_UNKNOWN).toBe(8);
  });
});
