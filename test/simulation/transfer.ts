import type { CoreHost, Lan } from '../../host/lan/index.js';

/** Bytes that are nowhere alike: each place in each stream has its own. */
export function byteAt(place: number, stream: number): number {
  return (Math.imul(place + stream * 7919, 2654435761) >>> 13) & 255;
}

export function bytesOf(from: number, length: number, stream: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => byteAt(from + index, stream));
}

/** An app on one end of a connection: sends so many bytes, reads what comes and compares it, and closes its side. */
export class Transfer {
  sent = 0;
  received = 0;
  /** Bytes that are not what was sent. */
  wrong = 0;
  /** Its own FIN is on its way. */
  hasEnded = false;
  failure: string | undefined;
  handle: number | undefined;

  constructor(
    private readonly host: CoreHost,
    /** The number of its own stream, and of the other's. */
    private readonly stream: number,
    private readonly otherStream: number,
    private readonly total: number,
    private readonly options: { readAtMost?: number; ends?: boolean } = {},
  ) {}

  /** Looks what there is to do. */
  turn(): void {
    const { handle } = this;
    if (handle === undefined || this.failure !== undefined) return;
    this.failure = this.host.failure(handle);
    if (this.host.state(handle) === 'SYN-SENT' || this.failure !== undefined) return;
    this.read(handle);
    this.write(handle);
  }

  get isDone(): boolean {
    return this.sent === this.total && this.received === this.total;
  }

  private read(handle: number): void {
    const bytes = this.host.read(handle, this.options.readAtMost);
    for (const byte of bytes) if (byte !== byteAt(this.received++, this.otherStream)) this.wrong++;
  }

  private write(handle: number): void {
    if (this.hasEnded) return;
    const part = bytesOf(this.sent, Math.min(8192, this.total - this.sent), this.stream);
    this.sent += this.host.send(handle, part);
    if (this.sent < this.total || this.options.ends === false) return;
    this.hasEnded = true;
    this.host.shutdown(handle);
  }
}

/** Whatever happens to a host, its app has its turn at once. */
export function drive(lan: Lan, host: CoreHost, app: Transfer, listener?: number): void {
  host.onEvent = ({ handle, kinds }) => {
    lan.at(lan.nowMs, () => {
      if (handle === listener && kinds.includes('ACCEPTABLE')) app.handle ??= host.accept(listener);
      app.turn();
    });
  };
}

export interface Both {
  client: Transfer;
  server: Transfer;
  listener: number;
}

/** A client connects to a server, and each sends the other so many bytes. */
export function transfer(lan: Lan, client: CoreHost, server: CoreHost, port: number, total: number): Both {
  const listener = server.listen(port);
  const apps = { client: new Transfer(client, 1, 2, total), server: new Transfer(server, 2, 1, total), listener };
  drive(lan, client, apps.client);
  drive(lan, server, apps.server, listener);
  apps.client.handle = client.connect(server, port);
  return apps;
}

/** Lets both ends go. */
export function release(host: CoreHost, app: Transfer): void {
  if (app.handle !== undefined) host.close(app.handle);
  app.handle = undefined;
}
