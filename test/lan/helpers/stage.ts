/** A core and the kernel on one LAN, in the namespace of this process: what a scene with the real kernel is played on. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { loadModule } from '../../../host/core/file.js';
import { Core, portOf, type CoreEvent, type EventName, type Handle } from '../../../host/core/index.js';
import { Random } from '../../../host/lan/random.js';
import { Bridge, monotonic, openLan, systemPath, type Direction, type Interface } from '../../../host/tap/index.js';
import { MemorySink, PcapngWriter } from '../../../host/trace/pcapng.js';
import { segmentIn, type Segment } from './packets.js';

export const CORE = '10.73.0.2';
export const KERNEL = '10.73.0.1';

export interface Heard {
  direction: Direction;
  atMs: number;
  frame: Uint8Array;
  lost: boolean;
}

export interface HeardSegment extends Segment {
  direction: Direction;
  atMs: number;
  lost: boolean;
}

/** Loses the first `times` frames that go this way with exactly these flags from or to this port. */
export interface Loss {
  direction: Direction;
  port: number;
  flags: number;
  times: number;
}

export interface StageOptions {
  /** The name of a module in build/. Default: lan. */
  module?: string;
  /** How many of the frames are lost by chance, each way: 0.05 is 5 %. What is lost differs in each run. */
  loss?: number;
  /**
   * The kernel repeats its last segment when no answer comes within twice the round trip (RFC 8985 §7), which here are
   * some 8 ms: so quick this process is not when it collects its garbage. True: it does not; the 200 ms of its other
   * timer remain.
   */
  isPatient?: boolean;
  /** So many frames are kept. Default: all. */
  keep?: number;
}

export class Stage {
  readonly core: Core;
  readonly bridge: Bridge;
  readonly heard: Heard[] = [];
  readonly events: CoreEvent[] = [];
  readonly losses: Loss[] = [];
  /** Called at each event, in the bridge: what it calls is sent after it. */
  onEvent: ((event: CoreEvent) => void) | undefined;
  private readonly chance = new Random(Date.now());

  private constructor(
    link: Interface,
    module: WebAssembly.Module,
    private readonly loss: number,
    private readonly keep: number,
  ) {
    this.core = new Core(module);
    const key = crypto.getRandomValues(new Uint8Array(16));
    const now = Math.trunc(monotonic()) >>> 0;
    this.core.boot({ mac: '02:46:53:00:00:02', address: CORE, prefixLength: 24, key }, now);
    this.bridge = new Bridge(link, portOf(this.core), {
      inject: (direction, frame) => (this.loses(direction, frame) ? 'drop' : 'pass'),
      observe: (direction, frame, atMs, lost) => {
        if (this.heard.length < this.keep) this.heard.push({ direction, frame, atMs, lost });
      },
      events: () => {
        for (const event of this.core.events()) {
          this.events.push(event);
          this.onEvent?.(event);
        }
      },
    });
  }

  static async open({
    module = 'lan',
    loss = 0,
    isPatient = false,
    keep = Infinity,
  }: StageOptions = {}): Promise<Stage> {
    if (isPatient) await writeFile('/proc/sys/net/ipv4/tcp_early_retrans', '0');
    const { interface: link } = await openLan({ kernelAddress: `${KERNEL}/24` });
    const loaded = await loadModule(new URL(`../../../build/${module}.wasm`, import.meta.url));
    return new Stage(link, loaded, loss, keep);
  }

  /** Ends the play; every frame of it goes into a capture, the lost ones too. */
  async close(captureFile: string | undefined): Promise<void> {
    await this.bridge.close();
    if (captureFile === undefined) return;
    const capture = new MemorySink();
    const writer = new PcapngWriter(capture.write);
    const wire = writer.addInterface('wire');
    for (const { atMs, frame } of this.heard) writer.packet(wire, atMs, frame);
    await writeFile(captureFile, capture.bytes());
  }

  /** Calls of the core; what follows from them is done. */
  call<T>(calls: (core: Core, now: number) => T): T {
    const result = calls(this.core, this.bridge.now());
    this.bridge.pump();
    return result;
  }

  listen(port: number, backlog = 4): Handle {
    return this.call((core) => core.listen(port, backlog));
  }

  connect(port: number, timeoutMs = 5000, address = KERNEL): Handle {
    return this.call((core, now) => core.connect(address, port, timeoutMs, now));
  }

  state(handle: Handle): string {
    return this.core.state(handle);
  }

  failure(handle: Handle): string | undefined {
    return this.core.failure(handle);
  }

  wasTold(handle: Handle, kind: EventName): boolean {
    return this.events.some((event) => event.handle === handle && event.kinds.includes(kind));
  }

  /** The connection that a listener gives, when there is one. */
  async accept(listener: Handle): Promise<Handle> {
    let handle: Handle | undefined;
    await until('accept', () => (handle = this.call((core) => core.accept(listener))) !== undefined);
    return handle as unknown as Handle;
  }

  async reaches(handle: Handle, state: string): Promise<void> {
    await until(`${state}, not ${this.state(handle)}`, () => this.state(handle) === state);
  }

  /** What went over the wire from or to a port, the lost ones too; `from`: as in `slice`, of all frames. */
  segments(port: number, from = 0): HeardSegment[] {
    return this.heard.slice(from).flatMap(({ frame, direction, atMs, lost }) => {
      const segment = segmentIn(frame);
      if (segment === undefined || !involves(segment, port)) return [];
      return [{ ...segment, direction, atMs, lost }];
    });
  }

  private loses(direction: Direction, frame: Uint8Array): boolean {
    if (this.chance.chance(this.loss)) return true;
    if (this.losses.length === 0) return false;
    const segment = segmentIn(frame);
    if (segment === undefined) return false;
    const loss = this.losses.find(
      (one) =>
        one.times > 0 && one.direction === direction && one.flags === segment.flags && involves(segment, one.port),
    );
    if (loss !== undefined) loss.times--;
    return loss !== undefined;
  }
}

function involves({ sourcePort, destinationPort }: Segment, port: number): boolean {
  return sourcePort === port || destinationPort === port;
}

/** Waits until it is so. */
export async function until(what: string, isSo: () => boolean, limitMs = 8000): Promise<void> {
  const end = monotonic() + limitMs;
  while (!isSo()) {
    if (monotonic() > end) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await sleep(2);
  }
}

/** What a command prints; its exit code is in front where it is not 0. */
export async function output(command: string, ...args: string[]): Promise<string> {
  return await new Promise((resolve) => {
    const env = { ...process.env, PATH: systemPath() };
    execFile(command, args, { env }, (error, stdout, stderr) =>
      resolve(error === null ? stdout : `exit ${error.code ?? ''}: ${stdout}${stderr}`),
    );
  });
}

/** The kernel's own state of each of its sockets from or to a port of the LAN, as `ss` has it. */
export async function kernelStates(port: number): Promise<string[]> {
  const lines = (await output('ss', '-Htan')).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , local = '', peer = '']) => local.endsWith(`:${port}`) || peer.endsWith(`:${port}`))
    .map(([state = '']) => state)
    .filter((state) => state !== 'LISTEN');
}

/** A kernel socket to the core, connected; its errors are in `errorOf`. */
export async function kernelConnect(port: number, allowHalfOpen = true): Promise<net.Socket> {
  const socket = watched(net.connect({ port, host: CORE, allowHalfOpen }));
  await once(socket, 'connect');
  return socket;
}

/** A kernel listener; `accepted` waits for its next connection. */
export async function kernelListen(port: number): Promise<{ accepted: () => Promise<net.Socket>; close: () => void }> {
  const sockets: net.Socket[] = [];
  const server = net.createServer({ allowHalfOpen: true }, (socket) => sockets.push(watched(socket)));
  server.listen(port, KERNEL);
  await once(server, 'listening');
  return {
    accepted: async () => {
      await until('the kernel accepts', () => sockets.length > 0);
      return sockets.shift() as net.Socket;
    },
    close: () => server.close(),
  };
}

const errors = new WeakMap<net.Socket, string>();

function watched(socket: net.Socket): net.Socket {
  socket.on('error', (error: NodeJS.ErrnoException) => errors.set(socket, error.code ?? error.message));
  socket.resume();
  return socket;
}

/** What a kernel socket failed with. */
export function errorOf(socket: net.Socket): string | undefined {
  return errors.get(socket);
}

/** What a kernel's connect to a port of the core ends with. */
export async function kernelTries(port: number): Promise<string> {
  const socket = net.connect({ port, host: CORE });
  return await new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('connect', () => {
      socket.destroy();
      resolve('connected');
    });
  });
}
