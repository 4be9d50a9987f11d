import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { countsOf, problemsOf, rowsOf, type Row } from './table.js';

/** The tables of what RFCs ask, each row with its test: every requirement has its row, and no row says more than it can. */

const HERE = new URL('.', import.meta.url);
const NAMES = readdirSync(HERE).filter((name) => /^rfc\d+\.md$/.test(name));
const TABLES = new Map(NAMES.map((name): [string, Row[]] => [name, rowsOf(readFileSync(new URL(name, HERE), 'utf8'))]));

/** How many numbers RFC 9293 gives out: MUST-1 to MUST-69, and so on. */
const RFC_9293_NUMBERS = { MUST: 69, SHLD: 31, MAY: 18, REC: 1 };
/** Those that Appendix B has several rows for. */
const RFC_9293_SEVERAL: Record<string, number> = {
  'SHLD-5': 2,
  'MUST-15': 2,
  'MUST-20': 2,
  'MUST-46': 2,
  'MUST-56': 3,
  'MUST-57': 2,
};

/** How many rows each section has, so that none goes missing: RFC 1122's as §4.2.5 lists them, the others as in their text. */
const ROWS_OF_SECTIONS: Record<string, Record<string, number>> = {
  'rfc1122.md': {
    '§4.2.2.2': 7,
    '§4.2.2.3': 2,
    '§4.2.2.4': 4,
    '§4.2.2.5': 3,
    '§4.2.2.6': 5,
    '§4.2.2.7': 2,
    '§4.2.2.9': 1,
    '§4.2.2.10': 1,
    '§4.2.2.11': 1,
    '§4.2.2.12': 1,
    '§4.2.2.13': 5,
    '§4.2.2.15': 3,
    '§4.2.2.16': 2,
    '§4.2.2.17': 6,
    '§4.2.2.18': 2,
    '§4.2.2.19': 1,
    '§4.2.2.20': 2,
    '§4.2.2.21': 1,
    '§4.2.3.1': 5,
    '§4.2.3.2': 3,
    '§4.2.3.3': 1,
    '§4.2.3.4': 3,
    '§4.2.3.5': 7,
    '§4.2.3.6': 7,
    '§4.2.3.7': 2,
    '§4.2.3.8': 7,
    '§4.2.3.9': 7,
    '§4.2.3.10': 3,
    '§4.2.3.14': 2,
    '§4.2.4.1': 2,
    '§4.2.4.2': 4,
    '§4.2.4.3': 1,
    '§4.2.4.4': 1,
  },
  'rfc5681.md': { '§2': 1, '§3': 1, '§3.1': 17, '§3.2': 13, '§4.1': 1, '§4.2': 8, '§4.3': 5, '§5': 1 },
  'rfc5961.md': { '§1.1': 2, '§3.2': 7, '§4.2': 4, '§5.2': 3, '§7': 4 },
  'rfc6298.md': { '§1': 1, '§2': 8, '§3': 3, '§4': 1, '§5': 9 },
  'rfc6528.md': { '§3': 8, '§4': 2 },
};

/** How often each is there. */
function tally(names: readonly string[]): Record<string, number> {
  const times: Record<string, number> = {};
  for (const name of names) times[name] = (times[name] ?? 0) + 1;
  return times;
}

function rowsIn(name: string): Row[] {
  const rows = TABLES.get(name);
  expect(rows, `${name} is missing`).toBeDefined();
  return rows ?? [];
}

describe('the tables of conformance', () => {
  test.for(NAMES)('%s: every row is whole, and names tests that there are', (name) => {
    const rows = rowsIn(name);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.flatMap(problemsOf)).toEqual([]);
  });

  test('rfc9293.md has every row of Appendix B: each number, as often as there', () => {
    const wanted = Object.entries(RFC_9293_NUMBERS).flatMap(([kind, last]) =>
      Array.from({ length: last }, (_, index) => `${kind}-${index + 1}`),
    );
    expect(tally(rowsIn('rfc9293.md').map(({ id }) => id))).toEqual(
      Object.fromEntries(wanted.map((id) => [id, RFC_9293_SEVERAL[id] ?? 1])),
    );
  });

  test.for(Object.entries(ROWS_OF_SECTIONS))('%s has all rows of each section', ([name, wanted]) => {
    expect(tally(rowsIn(name).map(({ section }) => section))).toEqual(wanted);
  });

  test('all tables are there', () => {
    expect(NAMES).toEqual([...Object.keys(ROWS_OF_SECTIONS), 'rfc9293.md'].sort());
  });

  afterAll(() => {
    for (const [name, rows] of TABLES) console.log(`${name}: ${countsOf(rows)}`);
  });
});

describe('a row is refused', () => {
  const file = 'test/conformance/tables.test.ts';
  const right = `| MUST-1 | a | §1 | met | | \`${file}\` a row is refused › when it is right, not |`;
  const WRONG: [string, string, RegExp][] = [
    ['that names no file that there is', right.replace(file, 'test/none.test.ts'), /no file/],
    ['that names no test that there is', right.replace('right, not', 'left'), /no test/],
    ['that names a group, and no test of it', right.replace('a row is refused', 'the tables'), /no test/],
    ['that has a status of its own', right.replace('| met |', '| perhaps |'), /status/],
    ['that says met, and has no test', right.replace(/`.*not/, ''), /no test is named/],
    ['that says not met, and not why', right.replace('| met |', '| not met |'), /no reason/],
    ['that says n/a, and not why', right.replace('| met |', '| n/a |'), /no reason/],
    ['that says nothing of what is asked', right.replace('| a |', '|  |'), /what is asked/],
  ];

  test('when it is right, not', () => {
    expect(rowsOf(right).flatMap(problemsOf)).toEqual([]);
  });

  test.for(WRONG)('%s', ([, line, problem]) => {
    expect(rowsOf(line).flatMap(problemsOf).join()).toMatch(problem);
  });

  test('that has not six cells', () => {
    expect(() => rowsOf('| MUST-1 | a | met |')).toThrow('six cells');
  });

  test('that says met of a test that is marked as failing', () => {
    const where = '`test/support/fixtures/failing.test.ts` one and one are three';
    expect(rowsOf(`| MUST-1 | a | §1 | met | | ${where} |`).flatMap(problemsOf).join()).toMatch(/marked as failing/);
  });
});
