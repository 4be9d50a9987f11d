import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testsOf } from '../support/tests-of.js';

/** The table of attacks: each row has a test, and each test a row. */

const HERE = new URL('.', import.meta.url);
const COLUMNS = 6;

interface Row {
  attack: string;
  reference: string;
  isDefended: boolean;
  file: string;
  title: string;
}

/** The tests of a file of this folder, and whether they are marked as failing. */
function markedTestsOf(file: string): Map<string, boolean> {
  return new Map(testsOf(new URL(file, HERE)).map(({ title, fails }) => [title, fails]));
}

function rowsOf(table: string): Row[] {
  return table.split('\n').flatMap((line) => {
    if (!line.startsWith('| ') || line.startsWith('| attack ') || line.startsWith('| ---')) return [];
    const cells = line.slice(2, -2).split(' | ');
    expect(cells.length, line).toBe(COLUMNS);
    const [attack = '', reference = '', , , so = '', where = ''] = cells;
    expect(so, attack).toMatch(/^(yes$|no\b|weak: )/);
    const [, file = '', title = ''] = /^`([^`]+)` (.+)$/.exec(where) ?? [];
    return [{ attack, reference, isDefended: so === 'yes', file, title }];
  });
}

describe('the table of attacks', () => {
  const rows = rowsOf(readFileSync(new URL('attacks.md', HERE), 'utf8'));
  const files = readdirSync(HERE).filter((name) => name.endsWith('.test.ts') && name !== 'table.test.ts');
  const tests = new Map(files.map((file) => [file, markedTestsOf(file)]));

  test('every row names a test that there is, a reference, and says no more than the test does', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const { attack, reference, isDefended, file, title } of rows) {
      const isMarked = tests.get(file)?.get(title);
      expect(isMarked, `${attack}: no test "${title}" in ${file}`).toBeDefined();
      expect(isDefended && isMarked === true, `${attack} is said to be defended, and its test fails`).toBe(false);
      expect(reference, attack).toMatch(/RFC \d+|CVE-\d{4}-\d+|CERT|\d{4}$/);
    }
  });

  test('every test has its row', () => {
    const told = new Set(rows.map(({ file, title }) => `${file} ${title}`));
    const all = [...tests].flatMap(([file, titles]) => [...titles.keys()].map((title) => `${file} ${title}`));
    expect(all.filter((name) => !told.has(name))).toEqual([]);
  });

  test('what SECURITY.md points to is there: files, tests, commands', () => {
    const page = readFileSync(new URL('../../SECURITY.md', HERE), 'utf8');
    const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', HERE), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...page.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    const paths = named.filter((name) => /\.(ts|c|h)$/.test(name));
    expect(paths.length).toBeGreaterThan(15);
    for (const path of paths)
      expect(existsSync(new URL(path.includes('/') ? `../../${path}` : path, HERE)), path).toBe(true);
    for (const name of named.filter((each) => each.startsWith('npm run '))) {
      expect(scripts[name.slice('npm run '.length)], name).toBeDefined();
    }
    // A file, and words of a test in it: `file`, "words".
    const quoted = [...page.replaceAll('\n', ' ').matchAll(/`([^`]+\.test\.ts)`, "([^"]+)"/g)];
    expect(quoted.length).toBeGreaterThan(2);
    for (const [, path = '', words = ''] of quoted) {
      const text = readFileSync(new URL(path.includes('/') ? `../../${path}` : path, HERE), 'utf8');
      expect(text, path).toContain(words);
    }
  });

  test('a row that names no test is noticed', () => {
    const [row] = rowsOf('| a | RFC 1 | b | c | yes | `blind.test.ts` there is no such test |');
    expect(row?.file).toBe('blind.test.ts');
    expect(tests.get(row?.file ?? '')?.has(row?.title ?? '')).toBe(false);
  });
});
