import { CoreError, type Handle } from '../../core/index.js';
import type { CoreHost, HostEvent, Random } from '../../lan/index.js';

/** What whoever asks a web server says: right ones, and such as it refuses. */
const REQUESTS = [
  'GET / HTTP/1.1\r\nHost: here\r\n\r\n',
  'HEAD / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n',
  'GET /status.json HTTP/1.1\r\nHost: here\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: here\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\nabc',
  `GET /${'x'.repeat(300)} HTTP/1.1\r\n\r\n`,
].map((text) => new TextEncoder().encode(text));

/**
 * The app of a host, with a will of its own: it reads and writes as much as it likes, in its own time, leaves peers
 * waiting, and ends what it has in every way there is. `recklessness` is how much it does by chance: 0 is an app in order.
 */
export class App {
  readonly connections = new Set<Handle>();
  readonly listeners = new Set<Handle>();
  recklessness = 0.2;
  /** It writes as soon as it is connected. */
  greets = true;

  constructor(
    readonly host: CoreHost,
    private readonly random: Random,
  ) {
    host.onEvent = (event): void => this.told(event);
  }

  listen(port: number, backlog: number): void {
    const handle = this.attempt(() => this.host.listen(port, backlog));
    if (handle !== undefined) this.listeners.add(handle);
  }

  connect(address: string, port: number, timeoutMs = 0): void {
    const handle = this.attempt(() => this.host.connect({ address }, port, timeoutMs));
    if (handle !== undefined) this.connections.add(handle);
  }

  /** Does one thing with one connection. */
  act(): void {
    const handle = this.any();
    if (handle === undefined) return;
    const { host, random } = this;
    const acts = [
      (): void => this.write(handle),
      (): void => this.write(handle),
      (): void => this.read(handle),
      (): void => this.read(handle),
      (): void => host.setNoDelay(handle, random.chance(0.5)),
      (): void => host.setKeepAlive(handle, random.below(4) * 30),
      (): void => host.setUserTimeout(handle, 64 + random.below(100_000)),
    ];
    this.attempt(acts[random.below(acts.length)] ?? ((): void => undefined));
  }

  /** Ends one connection in one of the three ways. */
  end(): void {
    const handle = this.any();
    if (handle !== undefined) this.endIt(handle);
  }

  endAll(): void {
    for (const handle of this.connections) this.endIt(handle);
  }

  /** FIN for everybody. */
  closeAll(): void {
    for (const handle of this.connections) this.close(handle);
  }

  /** Writes something to everybody. */
  writeAll(): void {
    for (const handle of this.connections) this.write(handle);
  }

  /** Takes what waits, and reads all that has arrived: room for everybody. */
  tidy(): void {
    for (const listener of this.listeners) this.accept(listener);
    for (const handle of this.connections) this.attempt(() => this.host.read(handle));
  }

  /** The host was started anew: nothing is as it was. */
  forget(): void {
    this.connections.clear();
    this.listeners.clear();
  }

  /** An app may ask what it likes: it is refused, and no harm is done. */
  attempt<R>(call: () => R): R | undefined {
    try {
      return call();
    } catch (error) {
      if (error instanceof CoreError) return undefined;
      throw error;
    }
  }

  private told({ handle, kinds }: HostEvent): void {
    if (this.listeners.has(handle)) {
      if (!this.isReckless()) this.accept(handle);
      return;
    }
    if (!this.connections.has(handle)) return;
    if (kinds.includes('CONNECTED') && this.greets) this.greet(handle);
    if (kinds.includes('READABLE') && !this.isReckless()) this.read(handle);
    if (kinds.includes('WRITABLE') && this.random.chance(0.7)) this.write(handle);
    const isOver = kinds.includes('PEER_CLOSED') || kinds.includes('CLOSED') || kinds.includes('FAILED');
    if (isOver && !this.isReckless()) this.close(handle);
  }

  private accept(listener: Handle): void {
    for (;;) {
      const handle = this.attempt(() => this.host.accept(listener));
      if (handle === undefined) return;
      this.connections.add(handle);
    }
  }

  private greet(handle: Handle): void {
    if (this.attempt(() => this.host.core.remotePort(handle)) !== 80) this.write(handle);
    else {
      const request = REQUESTS[this.random.below(REQUESTS.length)] ?? new Uint8Array();
      this.attempt(() => this.host.send(handle, request));
    }
  }

  /** Up to more than a ring, so that what is written goes round its end. */
  private write(handle: Handle): void {
    const { random } = this;
    const length = random.chance(0.5) ? 1 + random.below(40) : 1 + random.below(6000);
    this.attempt(() => this.host.send(handle, random.bytes(length)));
  }

  private read(handle: Handle): void {
    const limit = this.random.chance(0.3) ? this.random.below(700) : Infinity;
    this.attempt(() => this.host.read(handle, limit));
  }

  private endIt(handle: Handle): void {
    const way = this.random.below(4);
    if (way === 0) {
      this.connections.delete(handle);
      this.attempt(() => this.host.abort(handle));
    } else if (way === 1) this.attempt(() => this.host.shutdown(handle));
    else this.close(handle);
  }

  private close(handle: Handle): void {
    this.connections.delete(handle);
    this.attempt(() => this.host.close(handle));
  }

  private any(): Handle | undefined {
    return [...this.connections][this.random.below(this.connections.size)];
  }

  private isReckless(): boolean {
    return this.random.chance(this.recklessness);
  }
}
