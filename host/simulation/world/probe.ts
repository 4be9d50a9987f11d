import { Core, type Handle, type Identity } from '../../core/index.js';

export const CALLS = ['listen', 'accept', 'connect', 'send', 'read', 'shutdown', 'close', 'abort'] as const;
export type CallName = (typeof CALLS)[number];

/** What is told of a core: all that goes in and comes out. */
export interface CoreObserver {
  booted(): void;
  arrives(frame: Uint8Array, now: number): void;
  /** `result`: as `receiveRaw` gives it. */
  arrived(frame: Uint8Array, result: number): void;
  sends(now: number): void;
  sent(frame: Uint8Array): void;
  /** `expire` makes the call. */
  expires(now: number, expire: (now: number) => number): number;
  /** The deadline was asked for. */
  told(now: number, inMs: number): void;
  calls(name: CallName, handle: Handle | undefined, now: number | undefined): void;
  called(name: CallName, handle: Handle | undefined): void;
}

/** A core that somebody looks at. */
export class ProbedCore extends Core {
  observer: CoreObserver | undefined;

  override boot(identity: Identity, now: number): void {
    super.boot(identity, now);
    this.observer?.booted();
  }

  override receiveRaw(frame: Uint8Array, now: number): number {
    this.observer?.arrives(frame, now);
    const result = super.receiveRaw(frame, now);
    this.observer?.arrived(frame, result);
    return result;
  }

  override transmit(now: number): Uint8Array | null {
    this.observer?.sends(now);
    const frame = super.transmit(now);
    if (frame !== null) this.observer?.sent(frame);
    return frame;
  }

  override expire(now: number): number {
    const expire = (at: number): number => super.expire(at);
    return this.observer === undefined ? expire(now) : this.observer.expires(now, expire);
  }

  override nextDeadline(now: number): number {
    const inMs = super.nextDeadline(now);
    this.observer?.told(now, inMs);
    return inMs;
  }

  override listen(port: number, backlog: number): Handle {
    return this.observed('listen', undefined, undefined, () => super.listen(port, backlog));
  }

  override accept(listener: Handle): Handle | undefined {
    return this.observed('accept', listener, undefined, () => super.accept(listener));
  }

  override connect(address: string | number, port: number, timeoutMs: number, now: number): Handle {
    return this.observed('connect', undefined, now, () => super.connect(address, port, timeoutMs, now));
  }

  override send(handle: Handle, bytes: Uint8Array): number {
    return this.observed('send', handle, undefined, () => super.send(handle, bytes));
  }

  override read(handle: Handle, limit?: number): Uint8Array<ArrayBuffer> {
    return this.observed('read', handle, undefined, () => super.read(handle, limit));
  }

  override shutdown(handle: Handle): void {
    this.observed('shutdown', handle, undefined, () => super.shutdown(handle));
  }

  override close(handle: Handle, now: number): void {
    this.observed('close', handle, now, () => super.close(handle, now));
  }

  override abort(handle: Handle): void {
    this.observed('abort', handle, undefined, () => super.abort(handle));
  }

  private observed<R>(name: CallName, handle: Handle | undefined, now: number | undefined, call: () => R): R {
    this.observer?.calls(name, handle, now);
    const result = call();
    this.observer?.called(name, typeof result === 'number' && handle === undefined ? result : handle);
    return result;
  }
}
