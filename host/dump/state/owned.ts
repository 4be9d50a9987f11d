/** What connections and listeners have in common: who holds them, and what he is to be told. assembly/pool/owned.ts */
import { EventKind } from '../../core/index.js';
import { Flag, GENERATION_MASK, KINDS_SHIFT, SLOT_BITS } from '../layout.js';

export type Holder = 'app' | 'linked app' | 'nobody';

export interface OwnedReport {
  /** As the app knows it. */
  handle: number;
  holder: Holder;
  /** What is still to be told: EventKinds. */
  events: string[];
}

export function ownedReport(
  { flags, generation }: { flags: number; generation: number },
  slot: number,
  firstGeneration: number,
): OwnedReport {
  return {
    handle: (((firstGeneration + generation) & GENERATION_MASK) << SLOT_BITS) | slot,
    holder: holderOf(flags),
    events: namesOf(EventKind, flags >>> KINDS_SHIFT),
  };
}

/** The names of the bits that are set. */
export function namesOf(names: Readonly<Record<string, string | number>>, bits: number): string[] {
  return Object.entries(names).flatMap(([name, bit]) => (typeof bit === 'number' && (bits & bit) !== 0 ? [name] : []));
}

function holderOf(flags: number): Holder {
  if ((flags & Flag.HELD) === 0) return 'nobody';
  return (flags & Flag.LINKED) === 0 ? 'app' : 'linked app';
}
