import { describe, expect, test } from 'vitest';
import { loadModule } from '../../host/core/file.js';
import { Lan, type CoreHost, type RawHost, type SegmentFields } from '../../host/lan/index.js';
import { exchange, LAN_POOLS, MODULE, next } from '../simulation/world.js';

/** The status page that a profile can link in, and clients that take their time. */

const PAGE = await loadModule(new URL('../../build/lan-apps.wasm', import.meta.url));
const HTTP = 80;

/** Every connection of the board is taken by the attacker, each with so much of a request. */
function taken(request: string): { lan: Lan; board: CoreHost; more: (text: string) => void } {
  const lan = new Lan();
  const board = lan.host('board', PAGE, { address: '10.73.0.3' });
  const attacker = lan.raw('attacker', { address: '10.73.0.66' });
  const ends = Array.from({ length: LAN_POOLS.connections }, (_, index) =>
    begin(lan, board, attacker, 4000 + index, request),
  );
  expect(board.core.pools().CONNECTIONS.used).toBe(LAN_POOLS.connections);
  let said = request.length;
  const more = (text: string): void => {
    const payload = new TextEncoder().encode(text);
    for (const end of ends) attacker.segment(board, { ...end, sequence: next(101, said), flags: 'ACK', payload });
    said += text.length;
    exchange(lan);
  };
  return { lan, board, more };
}

type Numbers = Pick<SegmentFields, 'sourcePort' | 'destinationPort' | 'acknowledgment'>;

function begin(lan: Lan, board: CoreHost, attacker: RawHost, sourcePort: number, request: string): Numbers {
  const to = { sourcePort, destinationPort: HTTP };
  attacker.received.length = 0;
  attacker.segment(board, { ...to, sequence: 100, flags: 'SYN', mss: 1460 });
  exchange(lan);
  const acknowledgment = next(attacker.lastSegment.sequence);
  const payload = new TextEncoder().encode(request);
  attacker.segment(board, { ...to, sequence: 101, acknowledgment, flags: 'ACK', payload });
  exchange(lan);
  return { ...to, acknowledgment };
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

  test('connections with half a request, silent for a minute: who comes then is served', () => {
    const { lan, board } = taken('GET / HT');
    lan.for(60_000);
    expect(answerWithin(lan, board, 5000)).toBe('HTTP/1.1 200 OK');
  });

  test('connections whose request goes on and on, a letter every 900 ms: who comes then is served', () => {
    const { lan, board, more } = taken('GET / HTTP/1.1\r\nX: ');
    for (let letter = 0; letter < 60; letter++) {
      lan.for(900);
      more('x');
    }
    expect(answerWithin(lan, board, 5000)).toBe('HTTP/1.1 200 OK');
  });

  test('who asks at once is not the one that goes', () => {
    const { lan, board } = taken('GET / HT');
    lan.for(60_000);
    expect(answerWithin(lan, board, 900)).toBe('HTTP/1.1 200 OK');
    // One of the six that were silent has gone for the visitor, and no other.
    expect(board.core.pools().CONNECTIONS.used).toBeGreaterThanOrEqual(LAN_POOLS.connections - 1);
  });
});
