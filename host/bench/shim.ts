/** Node's sockets as Espruino's `net` has them: strings of bytes, few events. So peer.js runs here unchanged. */
import type { Duplex } from 'node:stream';
import vm from 'node:vm';

type Listener = (value?: unknown) => void;

/** How a socket is opened; `connected` is called when it is. */
export type Connect = (host: string, port: number, connected: () => void) => Duplex;

/** What a server does with the sockets that come; gives what closes it. */
export type Listen = (port: number, accepted: (socket: Duplex) => void) => () => void;

export interface ShimOptions {
  connect: Connect;
  listen: Listen;
  /** Half-open from now on: nothing more is said to anybody. Absent: that cannot be had here. */
  vanish?: () => void;
}

class ShimSocket {
  constructor(private readonly socket: Duplex) {
    socket.setEncoding('latin1');
    // An end that nobody listens to is none.
    socket.on('error', () => undefined);
  }

  on(event: string, listener: Listener): void {
    // Espruino has no half-close: a peer's FIN ends the connection.
    if (event === 'close') this.socket.on('end', () => this.socket.end());
    this.socket.on(event, listener);
    if (event === 'close') this.socket.resume();
  }

  write(text: string): boolean {
    return this.socket.write(Buffer.from(text, 'latin1'));
  }

  end(): void {
    this.socket.end();
    this.socket.resume();
  }
}

export interface PeerScript {
  start(id: string, order: unknown): string;
  poll(id: string, from: number): unknown;
  stop(): void;
}

/** A world with what peer.js needs, and nothing else of Node. Evaluates text in it. */
export function interpreter({ connect, listen, vanish }: ShimOptions): (text: string) => unknown {
  const net = {
    connect: ({ host, port }: { host: string; port: number }, connected: Listener) => {
      const socket: ShimSocket = new ShimSocket(connect(host, port, () => connected(socket)));
      return socket;
    },
    createServer: (accepted: Listener) => {
      let close = (): void => undefined;
      return {
        listen: (port: number) => (close = listen(port, (socket) => accepted(new ShimSocket(socket)))),
        close: () => close(),
      };
    },
  };
  const world = vm.createContext({
    require: (name: string) => (name === 'net' ? net : undefined),
    getTime: () => performance.now() / 1000,
    setTimeout,
    clearTimeout,
    ...(vanish === undefined ? {} : { FskVanish: vanish }),
  });
  return (text) => vm.runInContext(text, world) as unknown;
}

/** peer.js, ready to be asked. */
export function loadPeer(source: string, options: ShimOptions): PeerScript {
  const evaluate = interpreter(options);
  evaluate(source);
  return evaluate('FskPeer') as PeerScript;
}
