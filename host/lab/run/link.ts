/** All of what is seen, as a link: whoever opens it sees the same. */
import { readEdits, writeEdits, type Edit } from './edit.js';
import { LabError } from './errors.js';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];
export const NUMBERS = ['relative', 'absolute'] as const;
export type Numbers = (typeof NUMBERS)[number];

export interface View {
  act: string;
  seed: number;
  edits: readonly Edit[];
  /** The moment that is shown, in ms of the run. */
  atMs: number;
  numbers: Numbers;
  /** Absent: what the browser asks for. */
  language?: Language;
  /** The frame whose bytes are shown. */
  frame?: number;
}

const MOST_MS = 86_400_000;
const U32 = 0xffff_ffff;

/** What differs from `start`, as a URL's fragment without its #. */
export function writeLink(view: View, start: View): string {
  const words = new URLSearchParams();
  words.set('act', view.act);
  if (view.seed !== start.seed) words.set('seed', String(view.seed));
  if (view.edits.length > 0) words.set('edits', writeEdits(view.edits));
  if (view.atMs !== start.atMs) words.set('t', String(Math.round(view.atMs * 1000) / 1000));
  if (view.numbers !== start.numbers) words.set('numbers', view.numbers);
  if (view.frame !== undefined) words.set('frame', String(view.frame));
  if (view.language !== undefined) words.set('lang', view.language);
  return words.toString().replaceAll('%2C', ',');
}

/** What a link does not say is as in `start`. @throws LabError LAB_BAD_LINK */
export function readLink(text: string, start: View): View {
  const words = new URLSearchParams(text);
  const view: View = {
    act: words.get('act') ?? start.act,
    seed: numberOf(words, 'seed', U32) ?? start.seed,
    edits: readEdits(words.get('edits') ?? ''),
    atMs: numberOf(words, 't', MOST_MS) ?? start.atMs,
    numbers: oneOf(words, 'numbers', NUMBERS) ?? start.numbers,
  };
  const frame = numberOf(words, 'frame', U32);
  const language = oneOf(words, 'lang', LANGUAGES);
  return { ...view, ...(frame === undefined ? {} : { frame }), ...(language === undefined ? {} : { language }) };
}

function numberOf(words: URLSearchParams, name: string, most: number): number | undefined {
  const text = words.get(name);
  if (text === null) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(value <= most)) throw new LabError('LAB_BAD_LINK', `${name}=${text.slice(0, 40)} is no number up to ${most}`);
  return value;
}

function oneOf<T extends string>(words: URLSearchParams, name: string, allowed: readonly T[]): T | undefined {
  const text = words.get(name);
  if (text === null) return undefined;
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new LabError('LAB_BAD_LINK', `${name} is one of ${allowed.join(', ')}`);
  return found;
}
