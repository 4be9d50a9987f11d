import { applied, arrived, fits, NOTHING, receiveNext, sendNext, type Belief, type Due } from './belief.js';
import { isData, sentData, tookData } from './data.js';
import type { Rules } from './rules.js';
import { describeSegment, type Segment, type Step, type Tuple } from './step.js';

/** What came of following a run. */
export interface Followed {
  /** The step that the model does not allow, and what it would have allowed; undefined: all are allowed. */
  refused: { index: number; step: Step; why: string } | undefined;
  /** Steps of segments and states that the model was asked about. */
  checked: number;
  /** Steps of connections that are being closed: the model ends at the first FIN. */
  beyond: number;
  /** How often each rule was the one. */
  rules: Map<string, number>;
}

/** TCP has decided on these; what is dropped for another reason is, to the model, lost on the way. */
const DECIDED = new Set([
  'RESET_UNKNOWN',
  'RESET_BLIND',
  'ACK_UNACCEPTABLE',
  'NO_ACK',
  'OUT_OF_WINDOW',
  'SYN_IN_WINDOW',
  'RESET_TIME_WAIT',
  'DATA_UNWANTED',
]);

interface Host {
  atMs: number;
  listening: Set<number>;
  /** How many connections the app has asked for, whose SYN has not been seen. */
  connects: number;
  /** By 4-tuple, all that the host may know: the core's inside is not seen. */
  beliefs: Map<Tuple, Belief[]>;
  /**
   * Initial sequence numbers that it has drawn for a 4-tuple, and when: the model says that each is fresh. The core's
   * clock, which they come from, has a step of 1 ms: what it draws twice at one time is the same.
   */
  drawn: Map<Tuple, Map<number, number>>;
}

/** Follows a run through the model, step by step, and stops at the first that the model does not allow. */
export function follow(rules: Rules, steps: readonly Step[]): Followed {
  const follower = new Follower(rules);
  for (const [index, step] of steps.entries()) {
    const why = follower.take(step);
    if (why !== undefined) return { ...follower.figures, refused: { index, step, why } };
  }
  const why = follower.end();
  const step = steps.at(-1);
  if (why !== undefined && step !== undefined) {
    return { ...follower.figures, refused: { index: steps.length - 1, step, why } };
  }
  return { ...follower.figures, refused: undefined };
}

class Follower {
  readonly figures = { checked: 0, beyond: 0, rules: new Map<string, number>() };
  private readonly hosts = new Map<string, Host>();

  constructor(private readonly rules: Rules) {}

  /** Undefined, or why the step is none of the model's. */
  take(step: Step): string | undefined {
    const host = this.hostOf(step.host);
    // An answer is given at once, before anything else happens.
    const isLater = step.timeMs > host.atMs;
    host.atMs = step.timeMs;
    const mayFollow = step.kind === 'sends' || step.kind === 'state';
    if (step.kind !== 'reboots' && (isLater || !mayFollow)) {
      const owed = this.settle(host);
      if (owed !== undefined) return owed;
    }
    switch (step.kind) {
      case 'arrives':
        return this.arrives(host, step.tuple, step.segment, step.dropped);
      case 'sends':
        return this.sends(host, step.tuple, step.segment);
      case 'state':
        this.count(this.beliefsOf(host, step.tuple));
        return this.keep(host, step.tuple, (belief) => isSeenAs(belief, step.state), `it is not ${step.state}`);
      case 'ends':
        this.may(host, ['abort', 'give_up'], step.tuple);
        this.mayLeave(host, step.tuple);
        return undefined;
      case 'timer':
        this.may(host, ['give_up']);
        return undefined;
      case 'listens':
        host.listening.add(step.port);
        return undefined;
      case 'listens no more':
        host.listening.delete(step.port);
        // Connections that wait to be accepted end with it.
        this.may(host, ['abort', 'give_up']);
        return undefined;
      case 'connects':
        host.connects++;
        return undefined;
      case 'reboots':
        this.hosts.set(step.host, { ...newHost(), atMs: host.atMs, drawn: host.drawn });
        return undefined;
    }
  }

  /** The run is over: nobody owes an answer. */
  end(): string | undefined {
    for (const host of this.hosts.values()) {
      const owed = this.settle(host);
      if (owed !== undefined) return owed;
    }
    return undefined;
  }

  private arrives(host: Host, tuple: Tuple, segment: Segment, dropped: string | undefined): string | undefined {
    const isLost = dropped !== undefined && !DECIDED.has(dropped);
    const after = this.beliefsOf(host, tuple).flatMap((belief) => {
      const fresh: Belief = { ...NOTHING, state: 'CLOSED' };
      // The model does not know when a closed connection is quite forgotten.
      const isAnew = belief.state === 'BEYOND' && segment.flags === 'SYN';
      const known = isAnew ? [belief, this.normal(host, tuple, fresh)] : [belief];
      const outcomes = known.flatMap((one) => {
        const { rule, belief: next } = arrived(this.rules, one, segment);
        this.figures.rules.set(rule, (this.figures.rules.get(rule) ?? 0) + 1);
        return tookData(next, segment).map((taken) => this.normal(host, tuple, taken));
      });
      if (!isLost) return outcomes;
      return [dropped === 'NO_ROOM' ? { ...belief, held: { ...segment, flags: 'ACK', length: 0 } } : belief];
    });
    this.count(after);
    host.beliefs.set(tuple, distinct(after));
    return undefined;
  }

  private sends(host: Host, tuple: Tuple, segment: Segment): string | undefined {
    const before = this.beliefsOf(host, tuple);
    const after = before.flatMap((belief) => this.sent(host, tuple, belief, segment));
    this.count(before);
    if (after.length === 0) return `it may not send ${describeSegment(segment)}: ${before.map(describe).join('; or ')}`;
    if (segment.flags === 'SYN' && !before.some(({ state }) => state === 'SYN_SENT')) host.connects--;
    host.beliefs.set(tuple, distinct(after));
    return undefined;
  }

  /** What a host knows after it has sent this; none: it may not. */
  private sent(host: Host, tuple: Tuple, belief: Belief, segment: Segment): Belief[] {
    const { due } = belief;
    const first = due.findIndex((one) => matches(one, segment));
    if (first >= 0 && due.slice(0, first).every(({ isOptional }) => isOptional)) {
      const rest = { ...belief, due: due.slice(first + 1) };
      if (belief.iss === undefined && segment.flags.includes('SYN')) {
        return this.isFresh(host, tuple, segment.seq) ? [{ ...rest, iss: segment.seq }] : [];
      }
      return [sentData(rest, segment)];
    }
    if (due.some(({ isOptional }) => !isOptional)) return [];
    if (belief.state === 'BEYOND' && segment.flags !== 'SYN' && segment.flags !== 'SYN,ACK') return [belief];
    const connect = this.rules.calls.get('connect');
    const closed: Belief = { ...NOTHING, state: 'CLOSED' };
    const isClosed = belief.state === 'BEYOND' || belief.state === 'LISTEN' || belief.state === 'CLOSED';
    if (segment.flags === 'SYN' && isClosed && host.connects > 0 && connect !== undefined && fits(connect, closed)) {
      return this.sent(host, tuple, applied(connect, closed), segment);
    }
    const says = this.rules.says.filter((rule) => fits(rule, belief));
    if (says.some((rule) => applied(rule, { ...belief, due: [] }).due.some((one) => matches(one, segment)))) {
      return [sentData(belief, segment)];
    }
    // The model's ACK stands for data, which has numbers of its own.
    return says.some(({ name }) => name === 'ack') && isData(belief, segment) ? [sentData(belief, segment)] : [];
  }

  private isFresh(host: Host, tuple: Tuple, number: number): boolean {
    const drawn = host.drawn.get(tuple) ?? new Map<number, number>();
    host.drawn.set(tuple, drawn);
    const before = drawn.get(number);
    if (before === undefined) drawn.set(number, host.atMs);
    return before === undefined || before === host.atMs;
  }

  /** A host may have done one of these, and nobody has seen it. */
  private may(host: Host, calls: readonly string[], only?: Tuple): void {
    for (const [tuple, beliefs] of host.beliefs) {
      if (only !== undefined && tuple !== only) continue;
      const more = calls.flatMap((name) => {
        const call = this.rules.calls.get(name);
        if (call === undefined) throw new SyntaxError(`the model has no ${name}`);
        return beliefs.filter((belief) => fits(call, belief)).map((belief) => optional(applied(call, belief)));
      });
      host.beliefs.set(tuple, distinct([...beliefs, ...more].map((belief) => this.normal(host, tuple, belief))));
    }
  }

  /** Whoever closes a connection is on its way to its FIN, also where data comes before that: what arrives meanwhile is not wanted. */
  private mayLeave(host: Host, tuple: Tuple): void {
    const beliefs = host.beliefs.get(tuple) ?? [];
    const open = beliefs.filter(({ state }) => state === 'ESTABLISHED');
    if (open.length === 0) return;
    host.beliefs.set(tuple, distinct([...beliefs, ...open.map((belief): Belief => ({ ...belief, state: 'BEYOND' }))]));
  }

  /** What had to be said has been said by now. */
  private settle(host: Host): string | undefined {
    for (const tuple of host.beliefs.keys()) {
      const isQuiet = (belief: Belief): boolean => belief.due.every(({ isOptional }) => isOptional);
      const owed = this.keep(host, tuple, isQuiet, 'it has not answered');
      if (owed !== undefined) return owed;
      const beliefs = this.beliefsOf(host, tuple).map((belief) => ({ ...belief, due: [] }));
      host.beliefs.set(tuple, distinct(beliefs));
    }
    return undefined;
  }

  private keep(host: Host, tuple: Tuple, isRight: (belief: Belief) => boolean, why: string): string | undefined {
    const before = this.beliefsOf(host, tuple);
    const after = before.filter(isRight);
    host.beliefs.set(tuple, after);
    return after.length > 0 ? undefined : `${why}: ${before.map(describe).join('; or ')}`;
  }

  private beliefsOf(host: Host, tuple: Tuple): Belief[] {
    const known = host.beliefs.get(tuple) ?? [{ ...NOTHING, state: 'CLOSED' }];
    return known.flatMap((belief) => {
      const { held } = belief;
      const late = held === undefined ? [] : [arrived(this.rules, { ...belief, held: undefined }, held).belief];
      return [belief, ...late].map((one) => this.normal(host, tuple, one));
    });
  }

  /** In the model a listener listens for one 4-tuple; here it may come and go. */
  private normal(host: Host, tuple: Tuple, belief: Belief): Belief {
    if (belief.state !== 'CLOSED' && belief.state !== 'LISTEN') return belief;
    return { ...belief, state: host.listening.has(Number.parseInt(tuple)) ? 'LISTEN' : 'CLOSED' };
  }

  private hostOf(name: string): Host {
    const host = this.hosts.get(name) ?? newHost();
    this.hosts.set(name, host);
    return host;
  }

  private count(beliefs: readonly Belief[]): void {
    if (beliefs.some(({ state }) => state === 'BEYOND')) this.figures.beyond++;
    else this.figures.checked++;
  }
}

function newHost(): Host {
  return { atMs: 0, listening: new Set(), connects: 0, beliefs: new Map(), drawn: new Map() };
}

function matches(due: Due, segment: Segment): boolean {
  if (due.flags !== segment.flags || due.ack !== segment.ack) return false;
  return due.seq === undefined || due.seq === segment.seq;
}

/** What happens at an end may never be sent. */
function optional(belief: Belief): Belief {
  return { ...belief, due: belief.due.map((due) => ({ ...due, isOptional: true })) };
}

/** A connection that is over is CLOSED to whoever holds its handle, also where a listener is ready for the next. */
function isSeenAs(belief: Belief, state: string): boolean {
  if (belief.state === 'BEYOND') return true;
  const name = belief.state === 'LISTEN' ? 'CLOSED' : belief.state.replaceAll('_', '-');
  return name === state;
}

function distinct(beliefs: readonly Belief[]): Belief[] {
  return [...new Map(beliefs.map((belief) => [JSON.stringify(belief), belief])).values()];
}

function describe(belief: Belief): string {
  const { state, iss, due } = belief;
  const numbers = state === 'CLOSED' || state === 'LISTEN' ? '' : ` ISS ${iss ?? 'new'} SND.NXT ${sendNext(belief)}`;
  const known = numbers === '' ? '' : `${numbers} RCV.NXT ${receiveNext(belief)}`;
  const owed = due.map(
    ({ flags, seq, ack, isOptional }) =>
      `${isOptional ? 'may' : 'must'} send <${flags} seq ${seq ?? 'new'} ack ${ack}>`,
  );
  return [`${state}${known}`, ...owed].join(', ');
}
