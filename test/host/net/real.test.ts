/** Boards on a wire in real time: two bridges, and between them what a kernel would be. Needs no privilege. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { realBoard, type RealBoard, type Socket } from '../../../host/net/index.js';
import type { Interface } from '../../../host/tap/index.js';
import { timeout } from '../../../host/tap/timer.js';
import { everything, next, pattern } from './scene.js';

const MODULE = new WebAssembly.Module(readFileSync(new URL('../../../build/lan.wasm', import.meta.url)));
const SERVER = '10.0.0.2';
const PORT = 8080;

/** One end of a wire: what is sent into it arrives at the other a moment later. */
class WireEnd implements Interface {
  readonly name = 'wire';
  readonly kind = 'packet';
  readonly statistics = { receivedFrames: 0, receivedBytes: 0, sentFrames: 0, sentBytes: 0, droppedFrames: 0 };
  other: WireEnd | undefined;
  private arrives: (frame: Uint8Array) => void = () => undefined;

  receive(handler: (frame: Uint8Array) => void): void {
    this.arrives = handler;
  }

  send(frame: Uint8Array): boolean {
    const copy = frame.slice();
    setImmediate(() => this.other?.arrives(copy));
    return true;
  }

  close(): Promise<void> {
    this.arrives = () => undefined;
    return Promise.resolve();
  }
}

let ends: RealBoard[] = [];
const caught: string[] = [];

function wired(): { client: RealBoard; server: RealBoard } {
  const [left, right] = [new WireEnd(), new WireEnd()];
  left.other = right;
  right.other = left;
  const bridge = { timer: timeout };
  const server = realBoard(right, MODULE, { address: SERVER, bridge });
  const client = realBoard(left, MODULE, { address: '10.0.0.1', bridge });
  ends = [client, server];
  return { client, server };
}

afterEach(async () => {
  await Promise.all(ends.map(({ bridge }) => bridge.close()));
});

describe('a board in real time', () => {
  it('echoes 300 KB', async () => {
    const { client, server } = wired();
    server.board.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(PORT);
    const socket = client.board.connect({ host: SERVER, port: PORT });
    const sent = pattern(300_000);
    socket.end(sent);
    expect((await everything(socket)).equals(sent)).toBe(true);
  });

  it('gives up after the time that was asked for', async () => {
    const { client, server } = wired();
    await server.bridge.close();
    const begun = performance.now();
    const socket = client.board.connect({ host: SERVER, port: PORT, timeout: 200 });
    const error = await next<NodeJS.ErrnoException>(socket, 'error');
    expect(['ETIMEDOUT', 'EHOSTUNREACH']).toContain(error.code);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(199);
  });

  it('tells of silence', async () => {
    const { client, server } = wired();
    server.board.createServer().listen(PORT);
    const socket = client.board.connect({ host: SERVER, port: PORT });
    await next(socket, 'connect');
    const begun = performance.now();
    await new Promise<void>((resolve) => socket.setTimeout(100, resolve));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(99);
    // Longer than Node's timers go: not at once.
    let isTold = false;
    socket.setTimeout(2 ** 40, () => (isTold = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isTold).toBe(false);
  });

  it('goes on after an app has thrown in what it does with data, and the error is an uncaught exception', async () => {
    const { client, server } = wired();
    server.board
      .createServer({ allowHalfOpen: true }, (socket: Socket) => {
        socket.on('data', (part: Buffer) => {
          socket.write(part);
          throw new Error('of the app');
        });
      })
      .listen(PORT);
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => caught.push(error.message));
    try {
      const socket = client.board.connect({ host: SERVER, port: PORT });
      socket.write('answered all the same');
      expect(String(await next<Buffer>(socket, 'data'))).toBe('answered all the same');
      // The answer did not wait for the client to ask again.
      expect(client.board.driver.core.statistics().counters.segmentsRetransmitted).toBe(0);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
    expect(caught).toEqual(['of the app']);
  });
});
