/** A script of packetdrill's language, read. */

/** Where something stands in the file: lines and columns count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A time in seconds, as it is written; `isRelative`: after the event before. */
export interface Moment {
  seconds: number;
  isRelative: boolean;
}

/**
 * When an event is to be. `until`: it may be at any moment up to there; `ends`: a call that blocks comes back then. `*` has no
 * `from`: whenever it is.
 */
export interface When {
  from: Moment | undefined;
  until: Moment | undefined;
  ends: Moment | undefined;
}

export type Option =
  | { kind: 'mss'; bytes: number }
  | { kind: 'nop' }
  | { kind: 'eol' }
  | { kind: 'wscale'; shift: number }
  | { kind: 'sackOK' }
  | { kind: 'sack'; blocks: { left: number; right: number }[] }
  | { kind: 'TS'; value: number; echo: number };

/** A TCP segment; undefined fields are not said, and any will do. */
export interface SegmentSpec {
  /** Letters of FSRP.UEW; "-": none. */
  flags: string;
  sequence: number;
  end: number;
  length: number;
  ack: number | undefined;
  window: number | undefined;
  urgent: number | undefined;
  /** 'any': `<...>`. */
  options: readonly Option[] | 'any';
}

/** An ICMP message about a segment of ours. */
export interface IcmpSpec {
  code: string;
  mtu: number | undefined;
  sequence: number;
  length: number;
}

/** What a call is given, and what a result is: a number, a name, a list, or `...`. */
export type Value =
  | { kind: 'number'; value: number }
  /** Also several that are joined by `|`. */
  | { kind: 'names'; names: string[] }
  | { kind: 'any' }
  | { kind: 'list'; items: Value[] }
  | { kind: 'fields'; fields: Record<string, Value> };

export interface Call {
  kind: 'call';
  name: string;
  args: Value[];
  result: Value;
  errno: string | undefined;
}

export type Deed =
  | Call
  | { kind: 'in'; segment: SegmentSpec }
  | { kind: 'out'; segment: SegmentSpec }
  | { kind: 'icmp'; message: IcmpSpec };

export interface Event {
  place: Place;
  /** As it is written. */
  text: string;
  when: When;
  deed: Deed;
}

export interface ScriptOption {
  place: Place;
  name: string;
  value: string;
}

export interface Script {
  options: ScriptOption[];
  events: Event[];
}
