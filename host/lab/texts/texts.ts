/** The texts of all languages: the same keys in each, which the compiler sees to. */
import type { Conclusion } from '../run/act.js';
import type { Language } from '../run/link.js';
import { en } from './en.js';
import { zh } from './zh.js';

/** What English has, with any words. */
type Words<T> = { [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
export type Texts = Words<typeof en>;

interface ActTexts {
  title: string;
  lead: string;
  conclusions: Readonly<Record<string, string>>;
}

const ALL: Readonly<Record<Language, Texts>> = { en, zh };

export function textsOf(language: Language): Texts {
  return ALL[language];
}

export function actTexts(texts: Texts, id: string): ActTexts {
  const acts: Readonly<Record<string, ActTexts>> = texts.acts;
  const found = acts[id];
  if (found === undefined) throw new RangeError(`the act ${id} has no texts`);
  return found;
}

/** The act's own words for its end, or those for any two hosts. */
export function conclusionText(texts: Texts, act: string, { key, values }: Conclusion): string {
  const common: Readonly<Record<string, string>> = texts.pair;
  const text = actTexts(texts, act).conclusions[key] ?? common[key];
  if (text === undefined) throw new RangeError(`the act ${act} has no conclusion ${key}`);
  return fill(text, values);
}

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The words for a key of one of the lists, or the key itself. */
export function wordsFor(list: Readonly<Record<string, string>>, key: string): string {
  return list[key] ?? key;
}
