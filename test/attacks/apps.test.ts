import { describe, expect, test } from 'vitest';
import { loadModule } from '../../host/core/file.js';
import { Lan, type CoreHost, type RawHost } from '../../host/lan/index.js';
import { exchange, LAN_POOLS, MODULE, next } from '../simulation/world.js';

/** The status page that a profile can link in, and clients that take their time. */

const PAGE = await loadModule(new URL('../../build/lan-apps.wasm', import.meta.url));
const HTTP = 80;

/** Every connection of the board is taken by the attacker, each with so much of a request. */
function taken(request: string): { lan: Lan; board: CoreHost } {
  const lan = new Lan();
  const board = lan.host('board', PAGE, { address: '10.73.0.3' });
  const attacker = lan.raw('attacker', { address: '10.73.0.66' });
  for (let index = 0; index < LAN_POOLS.connections; index++) begin(lan, board, attacker, 4000 + index, request);
  expect(board.core.pools().CONNECTIONS.used).toBe(LAN_POOLS.connections);
  return { lan, board };
}

function begin(lan: Lan, board: CoreHost, attacker: RawHost, sourcePort: number, request: string): void {
  const to = { sourcePort, destinationPort: HTTP };
  attacker.received.length = 0;
  attacker.segment(board, { ...to, sequence: 100, flags: 'SYN', mss: 1460 });
  exchange(lan);
  const acknowledgment = next(attacker.lastSegment.sequence);
  const payload = new TextEncoder().encode(request);
  attacker.segment(board, { ...to, sequence: 101, acknowledgment, flags: 'ACK', payload });
  exchange(lan);
}

/** A visitor asks for the page: what its first line says within this time, if anything. */
function answerWithin(lan: Lan, board: CoreHost, ms: number): string {
  const visitor = lan.host('visitor', MODULE, { address: '10.73.0.20' });
  lan.for(2);
  const c = visitor.connect(board, HTTP);
  exchange(lan);
  visitor.send(c, new TextEncoder().encode('GET / HTTP/1.1\r\nHost: board\r\n\r\n'));
  lan.for(ms);
  return new TextDecoder().decode(visitor.read(c)).split('\r\n')[0] ?? '';
}

describe('Slowloris on the status page', () => {
  test('connections that ask for nothing: who comes then is served, and the one that was silent longest goes', () => {
    const { lan, board } = taken('');
    lan.for(2000);
    expect(answerWithin(lan, board, 2000)).toBe('HTTP/1.1 200 OK');
  });

  test.fails('connections with half a request, silent for a minute: who comes then is served', () => {
    const { lan, board } = taken('GET / HT');
    lan.for(60_000);
    expect(answerWithin(lan, board, 5000)).toBe('HTTP/1.1 200 OK');
  });
});
