/** What a core's memory says, read where it lies: the run looks after every event, so nothing more is read than is looked at. */
import type { Core } from '../../core/index.js';
import { PoolName, POOL_USE, POOLS_AT, State } from '../../core/layout.js';
import {
  CONNECTION,
  Flag,
  HALF_OPEN,
  HEADS,
  LISTENER,
  memoryMap,
  SYN_ACK_DELAYS,
  TIME_WAIT,
  type Sizes,
} from '../../dump/layout.js';

export interface TupleFields {
  remoteAddress: number;
  remotePort: number;
  localPort: number;
}

export interface ConnectionPicture extends TupleFields {
  slot: number;
  state: State;
  flags: number;
  sendUnacknowledged: number;
  sendNext: number;
  sendMaximum: number;
  receiveNext: number;
  receiveQueued: number;
  retransmissions: number;
  hasDeadline: boolean;
}

export interface HalfOpenPicture extends TupleFields {
  initialSendSequence: number;
  initialReceiveSequence: number;
  waits: number;
  retransmissions: number;
}

export type TimeWaitPicture = TupleFields;

export interface ListenerPicture {
  localPort: number;
  queued: number;
  backlog: number;
}

/** All that the pools keep. */
export interface Picture {
  connections: ConnectionPicture[];
  halfOpen: HalfOpenPicture[];
  timeWait: TimeWaitPicture[];
  listeners: ListenerPicture[];
}

const STATES = Object.values(State).filter((state): state is State => typeof state === 'number');
const { fields: C } = CONNECTION;
const { fields: H } = HALF_OPEN;
const NONE = {
  CONNECTIONS: 0,
  HALF_OPEN: 0,
  TIME_WAIT: 0,
  LISTENERS: 0,
  NEIGHBOURS: 0,
  RX_RING: 0,
  TX_RING: 0,
  APPS: 0,
  GUARD_BYTES: 0,
};
/** An entry is alive while any of these is set. */
const ALIVE = Flag.HELD | Flag.INDEXED | Flag.RESET_DUE | Flag.QUEUED;

export class CoreMemory {
  readonly view: DataView;
  private readonly bytes: Uint8Array;
  private at: ReturnType<typeof memoryMap>;
  private sizes: Sizes = NONE;

  constructor(private readonly core: Core) {
    this.bytes = new Uint8Array(core.exports.memory.buffer);
    this.view = new DataView(core.exports.memory.buffer);
    this.at = memoryMap(0, NONE);
  }

  /** To be called after each boot: only then a core says how large its pools are. Debug builds have guards between all regions. */
  map(): void {
    const { exports } = this.core;
    const unguarded = memoryMap(0, NONE);
    const between = exports.rx_frame() - exports.config();
    const bare = { ...NONE, GUARD_BYTES: between - (unguarded.rxFrame - unguarded.bootRecord) };
    const start = exports.config() - memoryMap(0, bare).bootRecord;
    const { statistics } = memoryMap(start, bare);
    const capacity = (pool: PoolName): number =>
      this.view.getUint32(statistics + POOLS_AT + pool * POOL_USE.bytes + POOL_USE.offsets.capacity, true);
    this.sizes = {
      ...bare,
      CONNECTIONS: capacity(PoolName.CONNECTIONS),
      HALF_OPEN: capacity(PoolName.HALF_OPEN),
      TIME_WAIT: capacity(PoolName.TIME_WAIT),
      LISTENERS: capacity(PoolName.LISTENERS),
      NEIGHBOURS: capacity(PoolName.NEIGHBOURS),
    };
    this.at = memoryMap(start, this.sizes);
  }

  /** How many entries of a pool are used, as the core says. */
  used(pool: PoolName): number {
    return this.view.getUint32(this.at.statistics + POOLS_AT + pool * POOL_USE.bytes + POOL_USE.offsets.used, true);
  }

  capacity(pool: PoolName): number {
    return this.view.getUint32(this.at.statistics + POOLS_AT + pool * POOL_USE.bytes, true);
  }

  counter(offset: number): number {
    return this.view.getUint32(this.at.statistics + offset, true);
  }

  head(field: { readonly at: number }): number {
    return this.view.getUint32(this.at.heads + field.at, true);
  }

  /** All that `boot` clears but for the frame buffers and rings: what a call that does nothing leaves as it is. */
  state(): Uint8Array {
    return this.bytes.subarray(this.at.identity, this.at.rings);
  }

  connection(slot: number): ConnectionPicture | undefined {
    const index = slot - 1;
    if (index < 0 || index >= this.sizes.CONNECTIONS) return undefined;
    const at = this.at.connections + index * CONNECTION.bytes;
    const { view } = this;
    const u32 = (field: { readonly at: number }): number => view.getUint32(at + field.at, true);
    return {
      ...this.tuple(at),
      slot,
      state: STATES[view.getUint8(at + C.state.at)] ?? State.CLOSED,
      flags: u32(C.flags),
      sendUnacknowledged: u32(C.sendUnacknowledged),
      sendNext: u32(C.sendNext),
      sendMaximum: u32(C.sendMaximum),
      receiveNext: u32(C.receiveNext),
      receiveQueued: u32(C.receiveQueued),
      retransmissions: view.getUint8(at + C.retransmissions.at),
      hasDeadline: view.getUint16(at + C.heapPosition.at, true) !== 0,
    };
  }

  picture(): Picture {
    return {
      connections: this.connections(),
      halfOpen: this.halfOpen(),
      timeWait: this.timeWait(),
      listeners: this.listenerPlaces().map((at) => ({
        localPort: this.view.getUint16(at + 6),
        queued: this.view.getUint16(at + LISTENER.fields.queued.at, true),
        backlog: this.view.getUint16(at + LISTENER.fields.backlog.at, true),
      })),
    };
  }

  private connections(): ConnectionPicture[] {
    const found: ConnectionPicture[] = [];
    for (let index = 0; index < this.sizes.CONNECTIONS; index++) {
      const at = this.at.connections + index * CONNECTION.bytes;
      if ((this.view.getUint32(at + C.flags.at, true) & ALIVE) === 0) continue;
      const picture = this.connection(index + 1);
      if (picture !== undefined) found.push(picture);
    }
    return found;
  }

  /** Those on lists: an entry that is on none is lost. */
  private halfOpen(): HalfOpenPicture[] {
    const found: HalfOpenPicture[] = [];
    const lists = [this.at.heads + HEADS.fields.resend.at];
    for (let delay = 0; delay < SYN_ACK_DELAYS; delay++) lists.push(this.at.heads + HEADS.fields.synAck.at + 4 * delay);
    for (const at of this.listenerPlaces()) lists.push(at + LISTENER.fields.completeList.at);
    for (const list of lists) {
      this.walk(list, H.next.at, this.sizes.HALF_OPEN, (at) => {
        found.push({
          ...this.tuple(at),
          initialSendSequence: this.view.getUint32(at + H.initialSendSequence.at, true),
          initialReceiveSequence: this.view.getUint32(at + H.initialReceiveSequence.at, true),
          waits: this.view.getUint8(at + H.waits.at),
          retransmissions: this.view.getUint8(at + H.retransmissions.at),
        });
      });
    }
    return found;
  }

  private timeWait(): TimeWaitPicture[] {
    const found: TimeWaitPicture[] = [];
    const list = this.at.heads + HEADS.fields.timeWait.at;
    this.walk(list, TIME_WAIT.fields.next.at, this.sizes.TIME_WAIT, (at) => found.push(this.tuple(at)));
    return found;
  }

  private listenerPlaces(): number[] {
    const found: number[] = [];
    for (let index = 0; index < this.sizes.LISTENERS; index++) {
      const at = this.at.listeners + index * LISTENER.bytes;
      if ((this.view.getUint32(at + LISTENER.fields.flags.at, true) & Flag.HELD) !== 0) found.push(at);
    }
    return found;
  }

  /** A list that goes round ends all the same: what it holds too much is seen. */
  private walk(list: number, nextAt: number, most: number, visit: (at: number) => void): void {
    let reference = this.view.getUint16(list, true);
    for (let steps = 0; reference !== 0 && steps <= most; steps++) {
      const at = reference << this.at.referenceShift;
      visit(at);
      reference = this.view.getUint16(at + nextAt, true);
    }
  }

  private tuple(at: number): TupleFields {
    const { view } = this;
    return {
      remoteAddress: view.getUint32(at),
      remotePort: view.getUint16(at + 4),
      localPort: view.getUint16(at + 6),
    };
  }
}

export function isSameTuple(a: TupleFields, b: TupleFields): boolean {
  return a.localPort === b.localPort && a.remotePort === b.remotePort && a.remoteAddress === b.remoteAddress;
}

/** The state that a segment with this tuple meets. RFC 9293 §3.3.2. */
export function stateIn(picture: Picture, tuple: TupleFields): State {
  const connection = picture.connections.find((one) => (one.flags & Flag.INDEXED) !== 0 && isSameTuple(one, tuple));
  if (connection !== undefined) return connection.state;
  if (picture.halfOpen.some((one) => isSameTuple(one, tuple))) return State.SYN_RECEIVED;
  if (picture.timeWait.some((one) => isSameTuple(one, tuple))) return State.TIME_WAIT;
  return picture.listeners.some(({ localPort }) => localPort === tuple.localPort) ? State.LISTEN : State.CLOSED;
}
