/**
 * The steps of handshakes in a run, for whoever follows them in a formal model (test/model): `firmshake simulate --seed N --trace FILE`
 * writes one JSON object per line, in the order in which things happened.
 *
 *     {"time":12,"host":"h0","kind":"call","call":"connect","local":"10.73.0.2:50123","remote":"10.73.0.3:1",
 *      "from":"CLOSED","to":"SYN-SENT","iss":305419896}
 *     {"time":12,"host":"h0","kind":"send","local":…,"remote":…,"from":"SYN-SENT","to":"SYN-SENT",
 *      "segment":{"flags":"SYN","seq":305419896,"ack":0,"length":0}}
 *
 * - `time`: ms of the network's clock, with fractions; never less than in the line before.
 * - `host`: "h0", "h1", …; host i has the address 10.73.0.(2 + i). What strangers send, who are no hosts, only arrives.
 * - `kind`:
 *   - `send`: the core has made this segment. `receive`: it was given this segment, whole; a segment that the network altered, and the
 *     checksum refused, has no line. A segment can be received more than once, long after it was sent, and from before a reboot.
 *   - `timeout`: the timer fired, and this connection was due: its SYN or SYN-ACK is to be sent again (`from` equals `to`), or it is over.
 *   - `call`: the app called `connect`, `shutdown`, `close` or `abort` (`call` says which), or `listen` or the `close` of a listener, which have no `remote`.
 *     `accept` changes no state here, but may let a handshake that waited for room complete: then the step has `"call":"accept"`.
 *   - `reboot`: the host has lost its power and all its connections; only `time`, `host` and `kind`. It has power again, and boots, some time
 *     later: `boot`, which is also each host's first line.
 * - `local`, `remote`: the ends of the connection as this host has them.
 * - `from`, `to`: its state before and after the step, as RFC 9293 §3.3.2 has them: "CLOSED", "LISTEN" (no connection, but the port is
 *   listened on), "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", … A receive that leads to SYN-RECEIVED with a cookie keeps no state: from and to are
 *   LISTEN, and a SYN-ACK is sent.
 * - `segment`: of send and receive. `flags` as "SYN,ACK", in the order FIN SYN RST PSH ACK URG; `seq`, `ack` absolute; `length` the bytes of data.
 * - `iss`: of `connect`, the initial sequence number.
 *
 * Which steps are written: those that change the state; those with a SYN or a RST; those in CLOSED, LISTEN, SYN-SENT and SYN-RECEIVED. So what an
 * established connection says is left out, but for its end.
 */
import { formatAddress } from '../core/index.js';
import { State } from '../core/layout.js';
import { Flag } from '../dump/layout.js';
import type { RunObserver } from './invariants/invariant.js';
import type { SimulatedHost } from './world/host.js';
import { isSameTuple, stateIn, type Picture, type TupleFields } from './world/memory.js';
import type { CallName } from './world/probe.js';
import { ACK, flagText, RST, segmentOf, SYN, type Segment } from './world/segment.js';

export interface StepSegment {
  flags: string;
  seq: number;
  ack: number;
  length: number;
}

/** A line of the file. */
export interface Step {
  time: number;
  host: string;
  kind: 'send' | 'receive' | 'timeout' | 'call' | 'reboot' | 'boot';
  call?: CallName;
  local?: string;
  remote?: string;
  from?: string;
  to?: string;
  segment?: StepSegment;
  iss?: number;
}

/** Writes the steps of a run. */
export class StepTrace implements RunObserver {
  private before: Picture = { connections: [], halfOpen: [], timeWait: [], listeners: [] };
  private callTuple: TupleFields | undefined;

  constructor(private readonly write: (step: Step) => void) {}

  booted(host: SimulatedHost): void {
    this.write({ time: host.world.timeMs, host: host.name, kind: 'boot' });
  }

  poweredOff(host: SimulatedHost): void {
    this.write({ time: host.world.timeMs, host: host.name, kind: 'reboot' });
  }

  arrives(host: SimulatedHost): void {
    this.before = host.memory.picture();
  }

  arrived(host: SimulatedHost, frame: Uint8Array, _result: number, isAltered: boolean): void {
    const segment = segmentOf(frame);
    // An altered one is dropped, as invariants/statistics.ts sees to.
    if (segment === undefined || isAltered) return;
    const tuple = { remoteAddress: segment.source, remotePort: segment.sourcePort, localPort: segment.destinationPort };
    this.segmentStep(host, 'receive', tuple, segment);
  }

  sends(host: SimulatedHost): void {
    this.before = host.memory.picture();
  }

  sent(host: SimulatedHost, frame: Uint8Array): void {
    const segment = segmentOf(frame);
    if (segment === undefined) return;
    const tuple = {
      remoteAddress: segment.destination,
      remotePort: segment.destinationPort,
      localPort: segment.sourcePort,
    };
    this.segmentStep(host, 'send', tuple, segment);
  }

  expires(host: SimulatedHost): void {
    this.before = host.memory.picture();
  }

  expired(host: SimulatedHost): void {
    const after = host.memory.picture();
    for (const tuple of this.tuples()) {
      const [from, to] = [stateIn(this.before, tuple), stateIn(after, tuple)];
      if (from !== to || isDueAgain(this.before, after, tuple)) this.step(host, 'timeout', tuple, from, to);
    }
  }

  calls(host: SimulatedHost, _name: CallName, handle: number | undefined): void {
    this.before = host.memory.picture();
    this.callTuple = handle === undefined ? undefined : tupleOf(host, handle);
  }

  called(host: SimulatedHost, name: CallName, handle: number | undefined): void {
    const after = host.memory.picture();
    const isNew = name === 'connect' || name === 'listen';
    const own = isNew && handle !== undefined ? tupleOf(host, handle) : this.callTuple;
    const changed = this.tuples(after).filter((tuple) => stateIn(this.before, tuple) !== stateIn(after, tuple));
    const told = own === undefined || changed.some((tuple) => isSameTuple(tuple, own)) ? changed : [own, ...changed];
    for (const tuple of told) {
      const [from, to] = [stateIn(this.before, tuple), stateIn(after, tuple)];
      if (from === to && !['close', 'abort', 'shutdown'].includes(name)) continue;
      const entry = after.connections.find((one) => isSameTuple(one, tuple));
      const iss = name === 'connect' && entry !== undefined ? { iss: entry.sendUnacknowledged } : {};
      this.step(host, 'call', tuple, from, to, { call: name, ...iss });
    }
  }

  private segmentStep(host: SimulatedHost, kind: 'send' | 'receive', tuple: TupleFields, segment: Segment): void {
    const from = stateIn(this.before, tuple);
    const to = stateIn(host.memory.picture(), tuple);
    const isControl = (segment.flags & (SYN | RST)) !== 0;
    if (from === to && from > State.SYN_RECEIVED && !isControl) return;
    const { sequence, acknowledgment, flags, length } = segment;
    const ack = (flags & ACK) !== 0 ? acknowledgment : 0;
    this.step(host, kind, tuple, from, to, { segment: { flags: flagText(flags), seq: sequence, ack, length } });
  }

  private step(
    host: SimulatedHost,
    kind: Step['kind'],
    tuple: TupleFields,
    from: State,
    to: State,
    more: Partial<Step> = {},
  ): void {
    const { call, ...rest } = more;
    this.write({
      time: host.world.timeMs,
      host: host.name,
      kind,
      ...(call === undefined ? {} : { call }),
      local: `${formatAddress(host.address)}:${tuple.localPort}`,
      ...(tuple.remotePort === 0 ? {} : { remote: `${formatAddress(tuple.remoteAddress)}:${tuple.remotePort}` }),
      from: stateName(from),
      to: stateName(to),
      ...rest,
    });
  }

  /** All that there was, and is. */
  private tuples(after?: Picture): TupleFields[] {
    const all: TupleFields[] = [];
    for (const picture of after === undefined ? [this.before] : [this.before, after]) {
      const indexed = picture.connections.filter(({ flags }) => (flags & Flag.INDEXED) !== 0);
      const listeners = picture.listeners.map(({ localPort }) => ({ localPort, remoteAddress: 0, remotePort: 0 }));
      for (const one of [...indexed, ...picture.halfOpen, ...picture.timeWait, ...listeners]) {
        const { localPort, remoteAddress, remotePort } = one;
        const tuple = { localPort, remoteAddress, remotePort };
        if (!all.some((other) => isSameTuple(other, tuple))) all.push(tuple);
      }
    }
    return all;
  }
}

function tupleOf({ core, memory }: SimulatedHost, handle: number): TupleFields | undefined {
  const { exports } = core;
  const localPort = exports.local_port(handle);
  if (localPort < 0) return undefined;
  // A connection whose peer has no port any more is none.
  const remotePort = exports.remote_port(handle);
  const remoteAddress = memory.connection(handle & 0x7ff)?.remoteAddress ?? 0;
  return { localPort, remotePort, remoteAddress: remotePort === 0 ? 0 : remoteAddress };
}

/** Is a SYN or SYN-ACK to be sent again? */
function isDueAgain(before: Picture, after: Picture, tuple: TupleFields): boolean {
  const old = before.connections.find((one) => isSameTuple(one, tuple));
  const now = after.connections.find((one) => isSameTuple(one, tuple));
  if (old !== undefined && now !== undefined) {
    return old.state <= State.SYN_RECEIVED && old.retransmissions !== now.retransmissions;
  }
  const oldHalf = before.halfOpen.find((one) => isSameTuple(one, tuple));
  const half = after.halfOpen.find((one) => isSameTuple(one, tuple));
  return oldHalf !== undefined && half !== undefined && oldHalf.retransmissions !== half.retransmissions;
}

function stateName(state: State): string {
  return State[state].replaceAll('_', '-');
}
