import { formatAddress, formatMac, type Identity } from '../../core/index.js';
import { State } from '../../core/layout.js';
import { CoreHost, type Watcher } from '../../lan/index.js';
import type { HostPlan } from '../plan/acts.js';
import { Apps } from './apps.js';
import { HostClock } from './clock.js';
import { CoreMemory, stateIn, type Picture, type TupleFields } from './memory.js';
import type { CallName, CoreObserver, ProbedCore } from './probe.js';
import type { World } from './world.js';

/** 10.73.0.2 is the first host's. */
const FIRST_ADDRESS = 0x0a490002;

/** A host of a run: a core, its clock, its apps, and what is told of it. */
export class SimulatedHost implements CoreObserver {
  readonly name: string;
  readonly address: number;
  readonly clock: HostClock;
  readonly memory: CoreMemory;
  readonly apps: Apps;
  readonly station: CoreHost;
  /** The pools after the last event. */
  picture: Picture;
  isOn = true;
  /** How often it was booted. */
  boots = 0;
  /** How many frames it has sent. */
  sentCount = 0;
  /** The frame that arrives was altered on its way. */
  isAltered = false;
  private readonly identity: Identity;

  constructor(
    readonly world: World,
    readonly index: number,
    readonly core: ProbedCore,
    readonly plan: HostPlan,
    watcher: Watcher,
  ) {
    this.address = FIRST_ADDRESS + index;
    this.name = `h${index}`;
    this.clock = new HostClock(world, plan.rate, plan.startTime);
    this.memory = new CoreMemory(core);
    this.picture = { connections: [], halfOpen: [], timeWait: [], listeners: [] };
    this.apps = new Apps(this);
    this.identity = {
      mac: formatMac(Uint8Array.from([2, 0, 10, 73, 0, 2 + index])),
      address: formatAddress(this.address),
      prefixLength: 24,
      key: Uint8Array.from(plan.key),
    };
    core.observer = this;
    this.station = new CoreHost(this.clock, this.name, core, this.identity, watcher);
    this.station.onEvent = (event) => this.apps.told(event);
  }

  get mac(): string {
    return this.identity.mac;
  }

  /** No power: all is forgotten, and nobody is told. */
  powerOff(): void {
    this.isOn = false;
    this.station.powerOff();
    this.apps.lose();
  }

  /** `key` and `startTime` undefined: as they were, and the clock has gone on. */
  powerOn(key: Uint8Array | undefined, startTime: number | undefined): void {
    if (startTime !== undefined) this.clock.restart(startTime);
    if (key !== undefined) this.identity.key = key;
    this.isOn = true;
    this.station.reboot(this.identity.key);
  }

  frameArrives(frame: Uint8Array, isAltered: boolean): void {
    if (!this.isOn) return;
    this.isAltered = isAltered;
    this.station.arrives(frame);
  }

  /** The host is quiet again. */
  settled(): void {
    this.picture = this.memory.picture();
    this.world.watch.settled(this);
  }

  /** The state that a segment with this tuple meets now. */
  stateOf(tuple: TupleFields): State {
    return stateIn(this.memory.picture(), tuple);
  }

  booted(): void {
    this.boots++;
    this.memory.map();
    this.picture = this.memory.picture();
    this.world.watch.booted(this);
  }

  arrives(frame: Uint8Array, now: number): void {
    this.world.watch.arrives(this, frame, now);
  }

  arrived(frame: Uint8Array, result: number): void {
    this.world.watch.arrived(this, frame, result, this.isAltered);
  }

  sends(now: number): void {
    this.world.watch.sends(this, now);
  }

  sent(frame: Uint8Array): void {
    this.world.watch.sent(this, frame);
  }

  expires(now: number, expire: (now: number) => number): number {
    return this.world.watch.expires(this, now, expire);
  }

  told(now: number, inMs: number): void {
    this.world.watch.told(this, now, inMs);
  }

  calls(name: CallName, handle: number | undefined, now: number | undefined): void {
    this.world.watch.calls(this, name, handle, now);
  }

  called(name: CallName, handle: number | undefined): void {
    this.world.watch.called(this, name, handle);
  }
}
