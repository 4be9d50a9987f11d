import type { Handle } from '../../core/index.js';
import type { Manners } from '../plan/acts.js';
import type { SimulatedHost } from './host.js';

/** One end of a connection, as its app knows it, and what became of it. It stays known when all is over. */
export class Talk {
  /** Of our own and of the peer's side: the second is known when we are connected. */
  iss = 0;
  irs: number | undefined;
  /** The other end, when both are known. */
  peer: Talk | undefined;
  /** How many bytes the core took from us, and gave us. */
  written = 0;
  read = 0;
  /** The app was told that it is connected, or has accepted it. */
  isConnected = false;
  /** The app was told that the peer sends no more. */
  isPeerDone = false;
  /** What the app was told of the end. */
  ended: 'CLOSED' | 'FAILED' | undefined;
  /** How the app has said that it writes no more; an abort takes back what was written. */
  farewell: 'close' | 'abort' | 'shutdown' | undefined;
  /** The app has let the handle go. */
  isReleased = false;
  /** The host has lost its power, and with it the connection. */
  isLost = false;
  /** No app does anything with it. */
  isAbandoned = false;
  connectedAtMs = 0;
  pauses = { write: false, read: false };
  /** It comes of a cookie that was given back before: see invariants/accepted.ts. */
  isGhost = false;

  constructor(
    readonly host: SimulatedHost,
    readonly handle: Handle,
    readonly role: 'active' | 'passive',
    readonly localPort: number,
    readonly remoteAddress: number,
    readonly remotePort: number,
    readonly manners: Manners,
  ) {}

  /** The app holds it, and can ask for it. */
  get isHeld(): boolean {
    return !this.isReleased && !this.isLost;
  }

  /** This end and its initial sequence number: no other end has all of them in one run. */
  get id(): string {
    return endId(this.host.address, this.localPort, this.remoteAddress, this.remotePort, this.iss);
  }

  /** The same of the other end, when it is known. */
  get peerId(): string | undefined {
    if (this.irs === undefined) return undefined;
    return endId(this.remoteAddress, this.remotePort, this.host.address, this.localPort, this.irs);
  }

  /** Which connection slot of the core it is in. */
  get slot(): number {
    return this.handle & 0x7ff;
  }

  toString(): string {
    return `${this.host.name}:${this.localPort} with .${this.remoteAddress & 255}:${this.remotePort}`;
  }
}

function endId(address: number, port: number, toAddress: number, toPort: number, sequence: number): string {
  return `${address}:${port} ${toAddress}:${toPort} ${sequence >>> 0}`;
}
