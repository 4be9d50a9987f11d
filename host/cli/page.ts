import http from 'node:http';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NetError, type Board } from '../net/index.js';
import { Meter, type MeterOutput } from './meter.js';

/** The connection ended in the middle of a page. */
export class PageError extends Error {
  override readonly name = 'PageError';
  readonly code = 'ERR_PAGE_INCOMPLETE';
}

/** A page's head, when it is here; its body is still to come. */
export interface Page {
  response: http.IncomingMessage;
  /** Why the connection failed, if it has. */
  failure: () => Error | undefined;
}

/** Asks for a page. `timeoutMs`: for the connect, and then for each silence. */
export function ask(board: Board, url: URL, timeoutMs: number): Promise<Page> {
  const peer = { address: url.hostname, port: Number(url.port || 80) };
  let failure: Error | undefined;
  const createConnection = () => {
    const socket = board.connect({ host: peer.address, port: peer.port, timeout: timeoutMs, noDelay: true });
    socket.once('connect', () => {
      socket.setTimeout(timeoutMs, () => socket.destroy(new NetError('ETIMEDOUT', 'read', peer)));
    });
    socket.once('error', (error) => (failure = error));
    return socket;
  };
  return new Promise((resolve, reject) => {
    const request = http.get(url, { createConnection, headers: { connection: 'close' } });
    request.on('response', (response) => resolve({ response, failure: () => failure }));
    request.on('error', reject);
  });
}

export interface SaveOptions {
  /** The stream ends with the page. */
  ends: boolean;
  /** Where it is told how far it is. */
  progress: MeterOutput;
  /** It is told at the end only: the page itself goes to that terminal. */
  isTerse: boolean;
}

/**
 * Writes a page's body, by its length, in chunks or up to the end of the connection.
 * @throws PageError, and what the stream fails with
 */
export async function save({ response, failure }: Page, to: Writable, options: SaveOptions): Promise<void> {
  const text = response.headers['content-length'];
  const length = text === undefined ? undefined : Number(text);
  const meter = new Meter('fetched', options.progress, length);
  let came = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      came += chunk.length;
      meter.add(chunk.length, !options.isTerse);
      done(null, chunk);
    },
  });
  try {
    await pipeline(response, counting, to, { end: options.ends });
  } catch (error) {
    meter.clear();
    if (response.complete || !isAborted(error)) throw error;
    const why = failure();
    const of = length === undefined ? '' : ` of ${length.toLocaleString('en-US')}`;
    throw new PageError(
      `the connection ended after ${came.toLocaleString('en-US')}${of} bytes${why === undefined ? '' : `: ${why.message}`}`,
    );
  }
  meter.end(0);
}

/** What Node makes of a connection that ends before the page does. */
function isAborted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
