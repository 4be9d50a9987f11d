import { readFileSync } from 'node:fs';
import { parseExpression, type Expression } from './expression.js';

/** The rules of the model, read from its own source: what spin has searched is what runs are held against. */
export interface Rule {
  name: string;
  guard: Expression;
  effect: Word[];
}

/** One word of an effect: `send_rst(SEG_ACK)`. */
export interface Word {
  word: string;
  argument: string;
}

export const STATES = ['CLOSED', 'LISTEN', 'SYN_SENT', 'SYN_RECEIVED', 'ESTABLISHED'] as const;
export type ModelState = (typeof STATES)[number];

export interface Rules {
  /** When a segment arrives in a state: the first that fits. */
  arrives: Readonly<Record<ModelState, readonly Rule[]>>;
  /** What is said, and said again. */
  says: readonly Rule[];
  /** What a host or its app does of itself. */
  calls: ReadonlyMap<string, Rule>;
}

const FOLDER = new URL('../promela/rules/', import.meta.url);

/** `read` gives the text of a file of promela/rules; a test may give another. */
export function readRules(read: (file: string) => string = readFile): Rules {
  const table = (file: string, kind: string): Rule[] => rulesOf(read(file), kind);
  return {
    arrives: {
      CLOSED: table('closed.pml', 'RULE'),
      LISTEN: table('listen.pml', 'RULE'),
      SYN_SENT: table('syn-sent.pml', 'RULE'),
      SYN_RECEIVED: table('syn-received.pml', 'RULE'),
      ESTABLISHED: table('established.pml', 'RULE'),
    },
    says: table('says.pml', 'SAY'),
    calls: new Map(table('calls.pml', 'CALL').map((rule) => [rule.name, rule])),
  };
}

export function readFile(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

function rulesOf(text: string, kind: string): Rule[] {
  // What is only in another than the three-way handshake is not what runs are held against.
  const lines = text.replace(/^#if [^]*?^#endif$/gm, '').split('\n');
  const rules = lines.filter((line) => line.startsWith(`${kind}(`)).map((line) => ruleOf(line, kind));
  if (rules.length === 0) throw new SyntaxError(`no ${kind} in the model's table`);
  return rules;
}

function ruleOf(line: string, kind: string): Rule {
  // No guard has a comma.
  const [, name, guard, effect] = new RegExp(`^${kind}\\((\\w+), ([^,]*), (.*)\\)$`).exec(line) ?? [];
  if (name === undefined || guard === undefined || effect === undefined) throw new SyntaxError(`no rule: ${line}`);
  return { name, guard: parseExpression(guard), effect: effect.split('; ').map(wordOf) };
}

function wordOf(text: string): Word {
  const [, word, argument] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  if (word === undefined || argument === undefined) throw new SyntaxError(`no word of an effect: ${text}`);
  return { word, argument };
}
