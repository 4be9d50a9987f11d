/** Virtual time beside Node's event loop. */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { everything, next, pattern, scene, SERVER } from './scene.js';

const PORT = 8080;

/** Every frame of an exchange by http over a bad network, with its time. */
async function frames(seed: number): Promise<string[]> {
  const { client, server, lan, run } = scene({
    seed,
    faults: { loss: 0.1, duplication: 0.1, reordering: 0.1, delayMs: 20 },
    trace: true,
  });
  const web = http.createServer((incoming, response) => {
    response.sendDate = false;
    incoming.pipe(response);
  });
  server.createServer({ allowHalfOpen: true }, (socket) => void web.emit('connection', socket)).listen(PORT);
  const options = { host: SERVER, port: PORT, method: 'POST', agent: client.agent() };
  const body = new Promise<Buffer>((resolve, reject) => {
    const request = http.request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts)));
    });
    request.on('error', reject).end(pattern(20_000));
  });
  expect((await run(body, 3_600_000)).equals(pattern(20_000))).toBe(true);
  const records = lan.trace?.records ?? [];
  return records.flatMap((record) =>
    record.kind === 'frame' ? [`${record.at} ${Buffer.from(record.bytes).toString('hex')}`] : [],
  );
}

describe('virtual time beside Node', () => {
  it('gives the same frames at the same times for the same seed, and others for another', async () => {
    const first = await frames(11);
    expect(first.length).toBeGreaterThan(40);
    expect(await frames(11)).toEqual(first);
    expect(await frames(12)).not.toEqual(first);
  });

  it('passes only as far as is needed', async () => {
    const { lan, run } = scene();
    lan.at(50, () => undefined);
    expect(await run(Promise.resolve('at once'))).toBe('at once');
    expect(lan.nowMs).toBe(0);
  });

  it('gives on what the promise was rejected with', async () => {
    const { run } = scene();
    await expect(run(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('ends with an error where nothing is to happen any more', async () => {
    const { run } = scene();
    await expect(run(new Promise(() => undefined))).rejects.toMatchObject({
      code: 'SIM_NEVER',
      message: 'what was waited for has not happened, and nothing is to happen on the LAN any more',
    });
  });

  it('ends with an error at its bound where things happen without an end', async () => {
    const { lan, run } = scene();
    const tick = (): void => void lan.at(lan.nowMs + 100, tick);
    tick();
    await expect(run(new Promise(() => undefined), 5000)).rejects.toMatchObject({
      code: 'SIM_NEVER',
      message: 'what was waited for has not happened, and 5000 ms have passed',
    });
    expect(lan.nowMs).toBe(5000);
  });

  it('is patient with Node anew after each thing that happens on the LAN', async () => {
    const { lan, run } = scene();
    lan.idle();
    const work = async (): Promise<void> => {
      for (let round = 0; round < 2; round++) {
        await sleep(1200); // real
        await new Promise<void>((resolve) => void lan.at(lan.nowMs + 10, resolve));
      }
    };
    await run(work());
  });

  it('stands still while Node is busy and nothing is to happen on the LAN', async () => {
    const { lan, run } = scene();
    lan.idle(); // the boards announce themselves
    const before = lan.nowMs;
    await run(sleep(100));
    expect(lan.nowMs).toBe(before);
  });

  it('shows the states of the sockets of apps in the trace', async () => {
    const { client, server, lan, run, wait } = scene({ trace: true });
    server.createServer({}, (socket) => socket.end('x')).listen(PORT);
    const socket = client.connect({ host: SERVER, port: PORT });
    const closed = next(socket, 'close');
    await run(everything(socket));
    await run(closed);
    await wait(1000);
    const states = (lan.trace?.records ?? []).flatMap((record) =>
      record.kind === 'state' && record.host === 'client' ? [record.state] : [],
    );
    expect(states.slice(0, 2)).toEqual(['SYN-SENT', 'ESTABLISHED']);
  });
});
