/** What somebody who looks has done to frames: with the seed it is all that a run hangs on. */
import { LabError } from './errors.js';

/** What of a segment can be forged. */
export const FORGED_FIELDS = ['sequence', 'acknowledgment', 'flags', 'window'] as const;
export type ForgedField = (typeof FORGED_FIELDS)[number];

/** Of one frame: the how-manieth that is sent in the run, from 1, copies that the network makes not counted. */
export type Edit = { frame: number } & (
  | { kind: 'lose' }
  | { kind: 'duplicate' }
  | { kind: 'delay'; byMs: number }
  /** `value`: the number that is added to a sequence or acknowledgment number, the new flags or window. */
  | { kind: 'forge'; field: ForgedField; value: number }
);

export const MOST_DELAY_MS = 600_000;
/** A link has a length that people copy. */
const MOST_EDITS = 64;
const MOST_FRAME = 100_000;
const U32 = 0xffff_ffff;

/** `lose-5,delay-7-1500,forge-8-acknowledgment-1`. */
export function writeEdits(edits: readonly Edit[]): string {
  return edits.map(writeEdit).join(',');
}

/** @throws LabError LAB_BAD_LINK */
export function readEdits(text: string): Edit[] {
  if (text === '') return [];
  const words = text.split(',');
  if (words.length > MOST_EDITS)
    throw new LabError('LAB_BAD_LINK', `${words.length} changes; ${MOST_EDITS} are allowed`);
  return words.map(readEdit);
}

/** The edits with this one more; of one kind a frame has one at most. */
export function withEdit(edits: readonly Edit[], edit: Edit): Edit[] {
  return [...edits.filter(({ frame, kind }) => frame !== edit.frame || kind !== edit.kind), edit];
}

export function withoutEdits(edits: readonly Edit[], frame: number): Edit[] {
  return edits.filter((edit) => edit.frame !== frame);
}

function writeEdit(edit: Edit): string {
  const words: (string | number)[] = [edit.kind, edit.frame];
  if (edit.kind === 'delay') words.push(edit.byMs);
  if (edit.kind === 'forge') words.push(edit.field, edit.value);
  return words.join('-');
}

function readEdit(text: string): Edit {
  const [kind, first = '', ...rest] = text.split('-');
  const frame = numberIn(first, MOST_FRAME, text);
  if (frame === 0) throw bad(text);
  if ((kind === 'lose' || kind === 'duplicate') && rest.length === 0) return { kind, frame };
  if (kind === 'delay' && rest.length === 1) return { kind, frame, byMs: numberIn(rest[0], MOST_DELAY_MS, text) };
  const field = FORGED_FIELDS.find((name) => name === rest[0]);
  if (kind !== 'forge' || field === undefined || rest.length !== 2) throw bad(text);
  return { kind, frame, field, value: numberIn(rest[1], U32, text) };
}

function numberIn(word: string | undefined, most: number, text: string): number {
  const value = /^\d{1,10}$/.test(word ?? '') ? Number(word) : NaN;
  if (!(value <= most)) throw bad(text);
  return value;
}

function bad(text: string): LabError {
  return new LabError('LAB_BAD_LINK', `no change to a frame is "${text.slice(0, 40)}"`);
}
