import { expect } from 'vitest';
import type { CoreHost, HostEvent, Lan } from '../../host/lan/index.js';
import { Random } from '../../host/lan/random.js';
import { PORT, used } from './world.js';

/** Apps that send each other a known stream, compare every byte that comes, and close when all is said and heard. */

/** A prime, so that no ring, segment or stream is a multiple of it. */
const PERIOD = 65521;
const LONGEST = 8192;
const table = new Random(20).bytes(PERIOD + LONGEST);
table.copyWithin(PERIOD, 0, LONGEST);

/** `length` bytes, at most 8192, of a stream from `at` on; streams of different numbers differ. */
export function streamOf(number: number, at: number, length: number): Uint8Array {
  if (length > LONGEST) throw new RangeError(`${length} bytes at once`);
  const start = (number * 7919 + at) % PERIOD;
  return table.slice(start, start + length);
}

/** Where `bytes` first differ from a stream at `at`; -1: nowhere. */
export function differsAt(bytes: Uint8Array, number: number, at: number): number {
  for (let done = 0; done < bytes.length; done += LONGEST) {
    const part = bytes.subarray(done, done + LONGEST);
    const right = streamOf(number, at + done, part.length);
    if (Buffer.compare(part, right) !== 0) return done + part.findIndex((byte, i) => byte !== right[i]);
  }
  return -1;
}

export interface TransferOptions {
  /** Bytes from the client, and from the server. */
  toServer: number;
  toClient: number;
  /** Most bytes in one write and in one read. Default: as much as there is. */
  writeAtMost?: () => number;
  readAtMost?: () => number;
  /** The server sends only when it has heard the client's FIN. */
  serverWaits?: boolean;
}

interface Half {
  /** The number of the stream, and its bytes. */
  number: number;
  total: number;
}

/** One end: an app that writes while there is room, reads what comes, and closes in order. */
export class End {
  sent = 0;
  received = 0;
  hasHeardFin = false;
  /** It has let go of its handle. */
  isOver = false;
  /** What the connection ended with, unless in order. */
  failure: string | undefined;
  private hasShut = false;
  private isBusy = false;

  constructor(
    readonly host: CoreHost,
    readonly handle: number,
    private readonly to: Half,
    private readonly from: Half,
    private readonly options: TransferOptions,
    private readonly waits: boolean,
  ) {}

  get isDone(): boolean {
    return this.hasShut && this.received === this.from.total && this.hasHeardFin;
  }

  told({ kinds }: HostEvent): void {
    if (kinds.includes('PEER_CLOSED')) this.hasHeardFin = true;
    if (kinds.includes('FAILED')) this.failure = this.host.failure(this.handle);
    this.pump();
    const hasEnded = kinds.includes('CLOSED') || kinds.includes('FAILED');
    if ((hasEnded || this.isDone) && !this.isOver) {
      this.isOver = true;
      this.host.close(this.handle);
    }
  }

  pump(): void {
    // What is called here can tell something at once.
    if (this.isOver || this.isBusy || this.host.state(this.handle).startsWith('SYN-')) return;
    this.isBusy = true;
    this.read();
    if (this.failure === undefined && !this.hasShut && (!this.waits || this.hasHeardFin)) this.write();
    this.isBusy = false;
  }

  private read(): void {
    for (;;) {
      const bytes = this.host.read(this.handle, this.options.readAtMost?.());
      if (bytes.length === 0) return;
      const wrong = differsAt(bytes, this.from.number, this.received);
      if (wrong >= 0) throw new Error(`${this.host.name} has read a wrong byte at ${this.received + wrong}`);
      this.received += bytes.length;
    }
  }

  private write(): void {
    while (this.sent < this.to.total) {
      const length = Math.min(this.to.total - this.sent, this.options.writeAtMost?.() ?? 3000);
      const taken = this.host.send(this.handle, streamOf(this.to.number, this.sent, length));
      this.sent += taken;
      // An event WRITABLE will come.
      if (taken < length) return;
    }
    this.hasShut = true;
    this.host.shutdown(this.handle);
  }
}

export interface Ends {
  listener: number;
  client: End;
  /** Undefined until the client's connection was accepted. */
  readonly server: End | undefined;
  readonly areOver: boolean;
}

/** Begins a transfer: both ends do all they have to do by themselves as time passes. */
export function beginTransfer(client: CoreHost, server: CoreHost, options: TransferOptions, port = PORT): Ends {
  const up = { number: 1, total: options.toServer };
  const down = { number: 2, total: options.toClient };
  let accepted: End | undefined;
  const listener = server.listen(port);
  server.onEvent = (event): void => {
    if (event.handle === listener && accepted === undefined) {
      const handle = server.accept(listener);
      if (handle === undefined) return;
      accepted = new End(server, handle, down, up, options, options.serverWaits ?? false);
      accepted.pump();
    } else if (event.handle === accepted?.handle) accepted.told(event);
  };
  const end = new End(client, client.connect(server, port), up, down, options, false);
  client.onEvent = (event): void => {
    if (event.handle === end.handle) end.told(event);
  };
  return {
    listener,
    client: end,
    get server() {
      return accepted;
    },
    get areOver() {
      return end.isOver && accepted?.isOver === true;
    },
  };
}

/** Everything arrived, nobody failed, and when TIME-WAIT is over nothing is left of it. */
export function expectComplete(
  lan: Lan,
  { client, server, listener }: Ends,
  options: TransferOptions,
  what = '',
): void {
  expect([client.failure, server?.failure], what).toEqual([undefined, undefined]);
  expect([client.received, server?.received], what).toEqual([options.toClient, options.toServer]);
  server?.host.close(listener);
  expectEmpty(lan, client.host, ...(server === undefined ? [] : [server.host]));
}

/** Time passes until nothing is left to do: then all has been given back. */
export function expectEmpty(lan: Lan, ...hosts: CoreHost[]): void {
  lan.idle(2_000_000);
  for (const host of hosts) {
    expect(used(host), host.name).toEqual({ connections: 0, halfOpen: 0, timeWait: 0, listeners: 0 });
    expect(host.core.nextDeadline(lan.now)).toBe(-1);
    expect(host.core.pending()).toBe(0);
  }
}
