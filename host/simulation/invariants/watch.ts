import type { CallName } from '../world/probe.js';
import type { SimulatedHost } from '../world/host.js';
import type { Talk } from '../world/talk.js';
import type { World } from '../world/world.js';
import type { RunObserver } from './invariant.js';

type Method = keyof RunObserver;
type Having<M extends Method> = Required<Pick<RunObserver, M>>;

/** Tells all that happens to all who look: the invariants first, so that the others see nothing that must not be. */
export class Watch {
  private readonly having: { [M in Method]?: Having<M>[] } = {};

  constructor(private readonly observers: readonly RunObserver[]) {}

  private all<M extends Method>(method: M): Having<M>[] {
    // Who has which method never changes.
    const known = this.having[method];
    if (known !== undefined) return known;
    const found = this.observers.filter((one) => one[method] !== undefined) as unknown as Having<M>[];
    (this.having as Record<Method, unknown>)[method] = found;
    return found;
  }

  booted(host: SimulatedHost): void {
    for (const one of this.all('booted')) one.booted(host);
  }

  poweredOff(host: SimulatedHost): void {
    for (const one of this.all('poweredOff')) one.poweredOff(host);
  }

  arrives(host: SimulatedHost, frame: Uint8Array, now: number): void {
    for (const one of this.all('arrives')) one.arrives(host, frame, now);
  }

  arrived(host: SimulatedHost, frame: Uint8Array, result: number, isAltered: boolean): void {
    for (const one of this.all('arrived')) one.arrived(host, frame, result, isAltered);
  }

  sends(host: SimulatedHost, now: number): void {
    for (const one of this.all('sends')) one.sends(host, now);
  }

  sent(host: SimulatedHost, frame: Uint8Array): void {
    for (const one of this.all('sent')) one.sent(host, frame);
  }

  expires(host: SimulatedHost, now: number, expire: (now: number) => number): number {
    for (const one of this.all('expires')) one.expires(host, now);
    const bits = expire(now);
    for (const one of this.all('expired')) one.expired(host);
    return bits;
  }

  told(host: SimulatedHost, now: number, inMs: number): void {
    for (const one of this.all('told')) one.told(host, now, inMs);
  }

  calls(host: SimulatedHost, name: CallName, handle: number | undefined, now: number | undefined): void {
    for (const one of this.all('calls')) one.calls(host, name, handle, now);
  }

  called(host: SimulatedHost, name: CallName, handle: number | undefined): void {
    for (const one of this.all('called')) one.called(host, name, handle);
  }

  connected(talk: Talk): void {
    for (const one of this.all('connected')) one.connected(talk);
  }

  read(talk: Talk, bytes: Uint8Array): void {
    for (const one of this.all('read')) one.read(talk, bytes);
  }

  heardAll(talk: Talk): void {
    for (const one of this.all('heardAll')) one.heardAll(talk);
  }

  ended(talk: Talk, kind: 'CLOSED' | 'FAILED'): void {
    for (const one of this.all('ended')) one.ended(talk, kind);
  }

  released(talk: Talk): void {
    for (const one of this.all('released')) one.released(talk);
  }

  settled(host: SimulatedHost): void {
    for (const one of this.all('settled')) one.settled(host);
  }

  rested(world: World): void {
    for (const one of this.all('rested')) one.rested(world);
  }

  finished(world: World): void {
    for (const one of this.all('finished')) one.finished(world);
  }
}
