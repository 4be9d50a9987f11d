import { describe, expect, test } from 'vitest';
import { exchange, introduce, openedByPeer, PEER, PORT, rawWorld } from '../world.js';

/** Passive OPEN beside other connections: RFC 9293 §3.9.1.1. */

describe('LISTEN', () => {
  test('is possible on a port from which a connection begins, and one in which another has begun: MUST-42', () => {
    const world = rawWorld();
    const { lan, host, peer } = world;
    introduce(world);
    const handle = host.connect(peer, 80);
    exchange(lan);
    const port = host.localPort(handle);
    expect(host.state(handle)).toBe('SYN-SENT');
    const listener = host.listen(port);
    // A first stranger's handshake stays in SYN-RECEIVED, a second one's begins beside it.
    for (const sourcePort of [4000, 4001]) {
      peer.segment(host, { sourcePort, destinationPort: port, sequence: 100, flags: 'SYN', mss: 1460 });
      exchange(lan);
      expect([...peer.lastSegment.flags]).toEqual(['SYN', 'ACK']);
      expect(peer.lastSegment.destinationPort).toBe(sourcePort);
    }
    expect(host.state(handle)).toBe('SYN-SENT');
    expect(openedByPeer(world, listener, 4002).handle).toBeGreaterThan(0);
    // The one that had begun is answered, and is up.
    const { sequence } = peer.segments.find(({ destinationPort }) => destinationPort === 80) ?? { sequence: 0 };
    const acknowledgment = (sequence + 1) >>> 0;
    peer.segment(host, { sourcePort: 80, destinationPort: port, sequence: 7, acknowledgment, flags: 'SYN,ACK' });
    exchange(lan);
    expect(host.state(handle)).toBe('ESTABLISHED');
  });

  test('that is refused, or that succeeds, changes nothing of the connections there are: MUST-41', () => {
    const world = rawWorld();
    const { lan, host, peer } = world;
    introduce(world);
    const listener = host.listen(PORT);
    const { handle, sequence, acknowledgment } = openedByPeer(world, listener);
    expect(() => host.listen(PORT)).toThrow('EADDRINUSE');
    host.listen(4000);
    host.close(listener);
    host.listen(PORT);
    expect(host.core.remoteAddress(handle)).toBe(PEER);
    const ends = { sourcePort: 4000, destinationPort: PORT, sequence, acknowledgment };
    peer.segment(host, { ...ends, flags: 'ACK', payload: new Uint8Array(50) });
    exchange(lan);
    expect(host.state(handle)).toBe('ESTABLISHED');
    expect(host.read(handle)).toHaveLength(50);
  });
});
