import { decode, type Decoded } from '../trace/decode.js';
import type { Random } from './random.js';

/** How often the network does wrong by itself: probabilities for each frame. */
export interface Faults {
  loss: number;
  duplication: number;
  /** A frame, or a copy of one, is held back by up to `delayMs`, so that others overtake it. */
  reordering: number;
  delayMs: number;
  /** One bit of the frame is turned. */
  corruption: number;
}

export const NO_FAULTS: Faults = { loss: 0, duplication: 0, reordering: 0, delayMs: 0, corruption: 0 };

/** Which frames a rule is about: those of which all that is given holds. */
export interface Match {
  kind?: Decoded['kind'];
  /** Exactly these, in any order, but for PSH: 'SYN,ACK'. */
  flags?: string;
  /** Names of hosts. A broadcast is to nobody by name. */
  from?: string;
  to?: string;
  /** The how-manieth that matches, from 1, counted from when the rule was made. Without it: every one. */
  nth?: number;
  where?: (frame: Decoded, bytes: Uint8Array) => boolean;
}

export type Fault =
  | { fault: 'lose' }
  | { fault: 'duplicate' }
  | { fault: 'delay'; byMs: number }
  | { fault: 'corrupt'; bit: number }
  /** Somebody on the way writes another frame instead of it. */
  | { fault: 'forge'; rewrite: (frame: Uint8Array) => Uint8Array };

/** What becomes of a frame on its way. */
export interface Fate {
  lost?: string;
  /** One for each copy that arrives: how much longer it takes than the link's latency, in ms. */
  extraMs: number[];
  /** The bit that is turned, from the first of the frame. */
  corruptBit?: number;
  /** What arrives instead. */
  forged?: Uint8Array;
}

/** A fault that a test has written down; `remove` ends it, `hits` says how often it was met. */
export class Rule {
  hits = 0;
  private seen = 0;

  constructor(
    private readonly match: Match,
    readonly fault: Fault,
    private readonly forget: (rule: Rule) => void,
  ) {}

  remove(): void {
    this.forget(this);
  }

  /** Is it about this frame? Counts it if so. */
  meets(frame: Decoded, bytes: Uint8Array, from: string, to: string | undefined): boolean {
    const { kind, flags, nth, where } = this.match;
    if (kind !== undefined && frame.kind !== kind) return false;
    if (flags !== undefined && flagsOf(frame) !== canonical(flags.split(','))) return false;
    if (this.match.from !== undefined && this.match.from !== from) return false;
    if (this.match.to !== undefined && this.match.to !== to) return false;
    if (where !== undefined && !where(frame, bytes)) return false;
    this.seen++;
    if (nth !== undefined && this.seen !== nth) return false;
    this.hits++;
    return true;
  }
}

/** Decides the fate of every frame: what is scripted comes first, and chance has the rest. */
export class FaultPlan {
  chance: Faults = { ...NO_FAULTS };
  private rules: Rule[] = [];

  constructor(private readonly random: Random) {}

  add(match: Match, fault: Fault): Rule {
    const rule = new Rule(match, fault, (gone) => (this.rules = this.rules.filter((other) => other !== gone)));
    this.rules.push(rule);
    return rule;
  }

  /** `to` is undefined for a broadcast, and where nobody has the frame's destination. */
  fateOf(bytes: Uint8Array, from: string, to: string | undefined): Fate {
    const fate = this.byChance(bytes);
    // Decoding costs more than all the rest of a simulated frame.
    if (this.rules.length === 0) return fate;
    const frame = decode(bytes);
    // Each sees the frame, so that each counts for itself.
    const met = this.rules.filter((rule) => rule.meets(frame, bytes, from, to));
    for (const { fault } of met) apply(fault, fate, bytes);
    return fate;
  }

  private byChance(bytes: Uint8Array): Fate {
    const { loss, duplication, reordering, delayMs, corruption } = this.chance;
    const { random } = this;
    const isLost = random.chance(loss);
    const copies = random.chance(duplication) ? 2 : 1;
    const extraMs = Array.from({ length: copies }, () => (random.chance(reordering) ? 1 + random.below(delayMs) : 0));
    return {
      ...(isLost ? { lost: 'by chance' } : {}),
      extraMs,
      ...(random.chance(corruption) ? { corruptBit: random.below(bytes.length * 8) } : {}),
    };
  }
}

function apply(fault: Fault, fate: Fate, frame: Uint8Array): void {
  if (fault.fault === 'lose') fate.lost = 'as told';
  else if (fault.fault === 'duplicate') fate.extraMs.push(0);
  else if (fault.fault === 'delay') fate.extraMs = fate.extraMs.map((extra) => extra + fault.byMs);
  else if (fault.fault === 'forge') fate.forged = fault.rewrite(fate.forged ?? frame);
  else fate.corruptBit = fault.bit;
}

/** The flags of a TCP segment, in alphabetical order and without PSH, which changes nothing. */
function flagsOf(frame: Decoded): string | undefined {
  return frame.kind === 'tcp' ? canonical([...frame.flags]) : undefined;
}

function canonical(flags: readonly string[]): string {
  return flags
    .map((flag) => flag.trim().toUpperCase())
    .filter((flag) => flag !== 'PSH' && flag !== '')
    .sort()
    .join(',');
}
