/** The core with the kernel of this machine as its peer, which knows nothing of us. Each script in its own namespace. */

import { describe, expect } from 'vitest';

import { scene } from './scene.js';
import type { ConnectionsReport } from './scripts/kernel-connections.js';
import type { CrowdReport } from './scripts/kernel-crowd.js';
import type { LinkReport } from './scripts/kernel-link.js';
import type { LossesReport } from './scripts/kernel-losses.js';

// Nearly all the time is spent waiting.
describe.concurrent('the kernel', () => {
  scene<ConnectionsReport>('and the core, connected', 'kernel-connections.ts', {}, (it) => {
    it('connects to the core, which accepts it as who it is', ({ kernelOpens }) => {
      expect(kernelOpens.open).toEqual({ core: 'ESTABLISHED', kernel: ['ESTAB'] });
      expect(kernelOpens.peer).toEqual({ address: '10.73.0.1', isItsPort: true });
    });

    it('closes first: CLOSE-WAIT here, and when we follow it alone keeps TIME-WAIT', ({ kernelOpens }) => {
      expect(kernelOpens.wasTold).toBe(true);
      expect(kernelOpens.halfClosed).toEqual({ core: 'CLOSE-WAIT', kernel: ['FIN-WAIT-2'] });
      expect(kernelOpens.closed).toEqual({ core: 'CLOSED', kernel: ['TIME-WAIT'] });
      expect(kernelOpens.failure).toBeUndefined();
      expect(kernelOpens.error).toBeUndefined();
      expect(kernelOpens.pools).toEqual({ connections: 0, halfOpen: 0, timeWait: 0 });
    });

    it('is connected to by the core', ({ coreOpens }) => {
      expect(coreOpens.atOnce).toBe('SYN-SENT');
      expect(coreOpens.open).toEqual({ core: 'ESTABLISHED', kernel: ['ESTAB'] });
      expect(coreOpens.wasTold).toBe(true);
      expect(coreOpens.peer).toEqual({ address: '10.73.0.2', isItsPort: true });
    });

    it('is closed by the core first: TIME-WAIT costs the core an entry, and no connection', ({ coreOpens }) => {
      expect(coreOpens.halfClosed).toEqual({ core: 'FIN-WAIT-2', kernel: ['CLOSE-WAIT'] });
      expect(coreOpens.closed).toEqual({ core: 'TIME-WAIT', kernel: [] });
      expect(coreOpens.timeWaitEntries).toBe(1);
      expect(coreOpens.connections).toBe(0);
      expect(coreOpens.error).toBeUndefined();
    });

    it('is refused at once where nobody listens, and refuses', ({ refused }) => {
      expect(refused).toMatchObject({ kernel: 'ECONNREFUSED', core: 'ECONNREFUSED', state: 'CLOSED' });
      expect(refused.tookMs).toBeLessThan(1000);
    });

    it('kills a connection that it began, or that we did: ECONNRESET', ({ kernelResets }) => {
      expect(kernelResets.accepted).toEqual({ failure: 'ECONNRESET', state: 'CLOSED' });
      expect(kernelResets.connected).toEqual({ failure: 'ECONNRESET', state: 'CLOSED' });
    });

    it('sees ECONNRESET when the core aborts, and neither keeps anything', ({ coreAborts }) => {
      expect(coreAborts).toEqual({ client: 'ECONNRESET', server: 'ECONNRESET', kernel: [], connections: 0 });
    });

    it('sends data once, which is acknowledged by itself soon', ({ data }) => {
      expect(data.received).toBe('hello, core');
      expect(data.kernelUnacked).toBe(0);
      expect(data.kernelRetransmissions).toBe(0);
      expect(data.timesSent).toBe(1);
      expect(data).toMatchObject({ state: 'ESTABLISHED', kernel: ['ESTAB'] });
      expect(data.failure).toBeUndefined();
    });
  });

  scene<LinkReport>('as a neighbour', 'kernel-link.ts', { wanted: ['ping'] }, (it) => {
    it('is asked for its MAC once, and the one SYN follows the answer', (link) => {
      expect(link.coreAsks).toBe(1);
      expect(link.synTries).toBe(1);
      expect(link.connectTookMs).toBeLessThan(1000);
    });

    it('asks the core for its MAC, and finds it reachable', (link) => {
      expect(link.kernelAsks).toBe(1);
      expect(link.neighbour).toMatch(/lladdr 02:46:53:00:00:02 REACHABLE/);
    });

    it('pings the core: short, long, and as long as a frame can be', ({ pings }) => {
      for (const text of [pings.plain, pings.long, pings.full]) {
        expect(text).toContain('3 packets transmitted, 3 received, 0% packet loss');
      }
      expect(pings.long).toContain('1408 bytes from 10.73.0.2');
      expect(pings.full).toContain('1480 bytes from 10.73.0.2');
      // ping compares the payload, and says so.
      expect(pings.full + pings.long).not.toMatch(/wrong data|truncated|DUP/);
    });

    it('sends a UDP datagram, and learns that nobody is there', (link) => {
      expect(link.udp).toBe('ECONNREFUSED');
    });
  });

  scene<LossesReport>('on a LAN that loses packets', 'kernel-losses.ts', {}, (it) => {
    const up = { lost: 1, core: 'ESTABLISHED', kernel: ['ESTAB'] };

    it('connects to the core though a packet is lost: after one retransmission it is up', ({ serving }) => {
      expect(serving.synLost).toMatchObject(up);
      expect(serving.synAckLost).toMatchObject(up);
      for (const { connectedMs, acceptedMs } of [serving.synLost, serving.synAckLost]) {
        expect(isAboutASecond(connectedMs)).toBe(true);
        expect(isAboutASecond(acceptedMs)).toBe(true);
      }
    });

    it('believes itself connected while its ACK is lost; the core accepts when it is there, 1 s later', (losses) => {
      const { ackLost } = losses.serving;
      expect(ackLost).toMatchObject(up);
      expect(ackLost.connectedMs).toBeLessThan(900);
      expect(isAboutASecond(ackLost.acceptedMs)).toBe(true);
    });

    it('is connected to by the core though a packet is lost', ({ connecting }) => {
      expect(connecting.synLost).toMatchObject(up);
      expect(connecting.synAckLost).toMatchObject(up);
      for (const { connectedMs, acceptedMs } of [connecting.synLost, connecting.synAckLost]) {
        expect(isAboutASecond(connectedMs)).toBe(true);
        expect(isAboutASecond(acceptedMs)).toBe(true);
      }
    });

    it('sends its SYN-ACK again when the ACK of the core is lost, and then accepts', ({ connecting }) => {
      const { ackLost } = connecting;
      expect(ackLost).toMatchObject(up);
      expect(ackLost.connectedMs).toBeLessThan(900);
      expect(isAboutASecond(ackLost.acceptedMs)).toBe(true);
    });

    it('is not there at all: EHOSTUNREACH at the deadline, and no SYN was sent', ({ nobody, timeoutMs }) => {
      expect(nobody).toMatchObject({ failure: 'EHOSTUNREACH', tries: 0 });
      expect(isDeadline(nobody.tookMs, timeoutMs)).toBe(true);
    });

    it('never hears a SYN: ETIMEDOUT at the deadline, after tries at 0, 1 and 3 s', ({ blackHole, timeoutMs }) => {
      expect(blackHole).toMatchObject({ failure: 'ETIMEDOUT', tries: 3 });
      expect(isDeadline(blackHole.tookMs, timeoutMs)).toBe(true);
    });

    it('leaves nothing behind in the core', ({ left }) => {
      expect(left).toEqual({ connections: 0, halfOpen: 0 });
    });
  });

  scene<CrowdReport>('with 50 connections at once to a core of 6', 'kernel-crowd.ts', {}, (it) => {
    it('gets every one of them, in order, and none is reset', (crowd) => {
      expect(crowd.ends).toEqual({ 'closed in order': crowd.crowd });
      expect(crowd.accepted).toBe(crowd.crowd);
      expect(crowd.resets).toBe(0);
    });

    it('is answered by cookies where half-open entries are used up', ({
      crowd,
      cookiesSent,
      cookiesAccepted,
      pools,
    }) => {
      expect(pools.HALF_OPEN.highWater).toBe(pools.HALF_OPEN.capacity);
      expect(cookiesSent).toBeGreaterThanOrEqual(crowd - pools.HALF_OPEN.capacity);
      expect(cookiesAccepted).toBe(crowd - pools.HALF_OPEN.capacity);
    });

    it('leaves nothing behind in the core', ({ pools }) => {
      expect(pools.CONNECTIONS).toMatchObject({ used: 0, highWater: 6 });
      expect(pools.HALF_OPEN.used).toBe(0);
    });
  });
});

/** The first retransmission, by whichever clock: never early, and late by no more than a busy machine. */
function isAboutASecond(ms: number): boolean {
  return ms > 990 && ms < 1300;
}

function isDeadline(tookMs: number, timeoutMs: number): boolean {
  return tookMs > timeoutMs - 3 && tookMs < timeoutMs + 100;
}
