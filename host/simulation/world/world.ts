import { EventQueue } from '../../lan/queue.js';
import type { Station, Watcher } from '../../lan/index.js';
import { EVERYBODY, TraceRecorder, type FrameFate, type TraceHost } from '../../trace/index.js';
import { TraceWatcher } from '../../lan/watch.js';
import { Violation } from '../errors.js';
import type { RunObserver } from '../invariants/invariant.js';
import { Watch } from '../invariants/watch.js';
import type { ModuleName, Plan } from '../plan/acts.js';
import type { Universe } from './clock.js';
import type { Fates } from './fate.js';
import { SimulatedHost } from './host.js';
import { Network } from './network.js';
import type { ProbedCore } from './probe.js';
import type { Talk } from './talk.js';

/** Gives cores, as new: of the module with this name. */
export type CoreSource = (module: ModuleName, index: number) => ProbedCore;

export interface WorldOptions {
  plan: Plan;
  fates: Fates;
  cores: CoreSource;
  observers: readonly RunObserver[];
  /** Everything is drawn here. */
  recorder?: TraceRecorder | undefined;
}

/** The hosts and the network of one run, and the clock that drives all. */
export class World implements Universe {
  timeMs = 0;
  /** While there is a storm apps do as they like. Then the network works: they read all, and say no more. Then they let go. */
  phase: 'storm' | 'rest' | 'end' = 'storm';
  /** When the storm was over. */
  healedAtMs = Infinity;
  readonly plan: Plan;
  readonly hosts: SimulatedHost[] = [];
  readonly network: Network;
  readonly watch: Watch;
  /** Every end of a connection that there ever was, in order. */
  readonly talks: Talk[] = [];
  private readonly byId = new Map<string, Talk>();
  private readonly queue = new EventQueue();
  private readonly recorder: TraceRecorder | undefined;

  constructor({ plan, fates, cores, observers, recorder }: WorldOptions) {
    this.plan = plan;
    this.network = new Network(this, fates, plan.latencyMs);
    this.watch = new Watch(observers);
    this.recorder = recorder;
    const drawn = recorder === undefined ? undefined : new TraceWatcher(this, recorder);
    for (const [index, host] of plan.hosts.entries()) {
      recorder?.host(traceHost(index));
      const core = cores(host.module, index);
      this.hosts.push(this.host(index, core, drawn));
    }
  }

  private host(index: number, core: ProbedCore, drawn: Watcher | undefined): SimulatedHost {
    const plan = this.plan.hosts[index];
    if (plan === undefined) throw new RangeError(`there is no host ${index}`);
    const watcher: Watcher = {
      timer: (watched, action, inMs) => drawn?.timer(watched, action, inMs),
      event: (watched, event) => drawn?.event(watched, event),
      sent: (watched, frame) => drawn?.sent(watched, frame),
      settled: (watched) => {
        drawn?.settled(watched);
        // While it is made it settles for the first time.
        this.hosts[index]?.settled();
      },
    };
    return new SimulatedHost(this, index, core, plan, watcher);
  }

  at(timeMs: number, action: () => void): () => void {
    return this.queue.put(Math.max(timeMs, this.timeMs), action);
  }

  send(from: Station, frame: Uint8Array): void {
    const host = this.hosts.find(({ name }) => name === from.name);
    // A core that boots announces itself before its host is there; nobody listens yet.
    if (host !== undefined) this.network.send(host, frame);
  }

  /** Lets everything happen up to a time. */
  runTo(endMs: number): void {
    for (let next = this.queue.nextAt; next !== undefined && next <= endMs; next = this.queue.nextAt) {
      this.timeMs = next;
      this.queue.take()?.();
    }
    this.timeMs = Math.max(this.timeMs, endMs);
  }

  /** The clock of the ladder. */
  get nowMs(): number {
    return this.timeMs;
  }

  /** Is nothing to happen any more? */
  get isIdle(): boolean {
    return this.queue.nextAt === undefined;
  }

  /** A new end of a connection: its app holds the handle, and knows its own initial sequence number. */
  register(talk: Talk): void {
    this.talks.push(talk);
    // The first one keeps the name: another with the same is for invariants/accepted.ts to see.
    if (!this.byId.has(talk.id)) this.byId.set(talk.id, talk);
  }

  /** An end is connected: it and its other end, if that is known, get to know each other. */
  meet(talk: Talk): void {
    const peer = this.peerOf(talk);
    this.watch.connected(talk);
    if (peer === undefined || talk.isGhost) return;
    talk.peer = peer;
    peer.peer = talk;
  }

  /** The other end of a connection, by all that both must know alike; undefined: there is none. */
  peerOf(talk: Talk): Talk | undefined {
    const id = talk.peerId;
    const peer = id === undefined ? undefined : this.byId.get(id);
    return peer?.irs === talk.iss ? peer : undefined;
  }

  /** For the ladder and the capture. `from` undefined: from the past, or from nowhere. */
  draws(from: number | undefined, to: number | undefined, frame: Uint8Array, fate: FrameFate): void {
    const sender = from === undefined ? 'network' : `h${from}`;
    this.recorder?.frame(this.timeMs, sender, to === undefined ? EVERYBODY : `h${to}`, frame, fate);
  }

  note(text: string, host?: number): void {
    this.recorder?.note(this.timeMs, text, host === undefined ? undefined : `h${host}`);
  }

  hostAt(index: number): SimulatedHost {
    const host = this.hosts[index];
    if (host === undefined) throw new Violation('plan', `there is no host ${index}`);
    return host;
  }
}

function traceHost(index: number): TraceHost {
  return { id: `h${index}`, name: `h${index}`, address: `10.73.0.${2 + index}` };
}
