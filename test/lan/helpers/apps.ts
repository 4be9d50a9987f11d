/** Small apps on the core's side of a connection, which do what there is to do whenever something has happened. */

import { createHash } from 'node:crypto';

import type { Core, Handle } from '../../../host/core/index.js';
import type { Stage } from './stage.js';

/** What an app does on its one connection. */
export interface App {
  /** Something has happened, or may have. */
  run(core: Core, handle: Handle): void;
}

/** An app at work. */
export interface Running {
  readonly handle: Handle;
  /** Why the connection failed. */
  failure: string | undefined;
  /** It ended, in order or not, and is given back to the core. */
  hasEnded: boolean;
}

/** Gives each connection of the core its app. */
export class Apps {
  private readonly listeners = new Map<Handle, (handle: Handle) => void>();
  private readonly running = new Map<Handle, { app: App; run: Running }>();

  constructor(private readonly stage: Stage) {
    stage.onEvent = ({ handle, kinds }) => {
      const connected = kinds.includes('ACCEPTABLE') ? this.stage.core.accept(handle) : undefined;
      if (connected !== undefined) this.listeners.get(handle)?.(connected);
      else if (kinds.includes('CLOSED') || kinds.includes('FAILED')) this.end(handle);
      else this.run(handle);
      stage.bridge.pump();
    };
  }

  /** Listens for one connection, for this app. It listens when this returns, and is connected when that is kept. */
  accept(port: number, app: App): Promise<Running> {
    const listener = this.stage.listen(port);
    return new Promise((resolve) => {
      this.listeners.set(listener, (handle) => {
        this.listeners.delete(listener);
        this.stage.core.close(listener, this.stage.bridge.now());
        resolve(this.begin(handle, app));
        // Data may have come with the handshake, and no event tells of it again.
        this.run(handle);
      });
    });
  }

  /** Lets an app look what there is to do: something outside of the core has changed. */
  wake({ handle, hasEnded }: Running): void {
    if (hasEnded) return;
    this.run(handle);
    this.stage.bridge.pump();
  }

  private begin(handle: Handle, app: App): Running {
    const run: Running = { handle, failure: undefined, hasEnded: false };
    this.running.set(handle, { app, run });
    return run;
  }

  private run(handle: Handle): void {
    this.running.get(handle)?.app.run(this.stage.core, handle);
  }

  private end(handle: Handle): void {
    const one = this.running.get(handle);
    if (one === undefined) return;
    const { core, bridge } = this.stage;
    one.run.failure = core.failure(handle);
    // What had come before the end is still there to be read.
    if (one.run.failure === undefined) one.app.run(core, handle);
    one.run.hasEnded = true;
    this.running.delete(handle);
    core.close(handle, bridge.now());
  }
}

/** Reads all, and ends its side when the peer has. */
export class Sink implements App {
  bytes = 0;
  /** The peer has said its all. */
  isComplete = false;
  /** So many bytes are read, and then none until it is more: the ring fills, and the window closes. */
  limit = Infinity;
  private readonly hash = createHash('sha256');

  /** `answer`: what it says when the peer has said its all. */
  constructor(private readonly answer: App = END) {}

  run(core: Core, handle: Handle): void {
    for (let bytes = this.read(core, handle); bytes.length > 0; bytes = this.read(core, handle)) {
      this.bytes += bytes.length;
      this.hash.update(bytes);
    }
    this.isComplete ||= core.state(handle) === 'CLOSE-WAIT' && core.received(handle) === 0;
    if (this.isComplete) this.answer.run(core, handle);
  }

  digest(): string {
    return this.hash.copy().digest('hex');
  }

  private read(core: Core, handle: Handle): Uint8Array {
    return core.read(handle, this.limit - this.bytes);
  }
}

/** Sends bytes, as fast as they are taken, and ends its side. */
export class Source implements App {
  sent = 0;
  /** The end is kept back until this is true. */
  mayEnd = true;

  constructor(private readonly bytes: Uint8Array) {}

  run(core: Core, handle: Handle): void {
    if (!isOpenForSending(core, handle)) return;
    this.sent += core.send(handle, this.bytes.subarray(this.sent));
    if (this.sent === this.bytes.length && this.mayEnd) END.run(core, handle);
  }
}

/** Sends back what it receives. */
export class Echo implements App {
  bytes = 0;

  run(core: Core, handle: Handle): void {
    while (core.received(handle) > 0) {
      const room = core.sendSpace(handle);
      if (room === 0) return;
      const bytes = core.read(handle, room);
      this.bytes += core.send(handle, bytes);
    }
    if (core.state(handle) === 'CLOSE-WAIT') END.run(core, handle);
  }
}

/** Ends its side, once. */
export const END: App = {
  run: (core, handle) => {
    if (isOpenForSending(core, handle)) core.shutdown(handle);
  },
};

/** Leaves its side open. */
export const LATER: App = { run: () => undefined };

/** What is not open for sending takes no more, and says EPIPE. */
function isOpenForSending(core: Core, handle: Handle): boolean {
  const state = core.state(handle);
  return state === 'ESTABLISHED' || state === 'CLOSE-WAIT';
}
