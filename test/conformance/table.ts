import { existsSync } from 'node:fs';
import { testsOf, type NamedTest } from '../support/tests-of.js';

/** A row of a table of requirements: its cells, in their order. */
export interface Row {
  /** Its number in the RFC, or MUST, SHOULD, MAY where the RFC gives none. */
  id: string;
  asks: string;
  section: string;
  status: string;
  /** Why it is not met or not applicable; or what else there is to say. */
  notes: string;
  tests: { file: string; title: string }[];
}

const STATUSES = ['met', 'not met', 'n/a'] as const;
const ROOT = new URL('../../', import.meta.url);
/** Between the titles of groups and of their test. */
const WITHIN = ' › ';

/** The rows of all tables in a page: their first line and the one of dashes are none. */
export function rowsOf(page: string): Row[] {
  return page.split('\n').flatMap((line, index, lines) => {
    const isHead = lines[index + 1]?.startsWith('| ---') === true;
    if (!line.startsWith('|') || line.startsWith('| ---') || isHead) return [];
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (cells.length !== 6) throw new Error(`six cells are needed: ${line}`);
    const [id = '', asks = '', section = '', status = '', notes = '', where = ''] = cells;
    return [{ id, asks, section, status, notes, tests: namedIn(where) }];
  });
}

/** `file` title<br>`file` title */
function namedIn(where: string): Row['tests'] {
  if (where === '') return [];
  return where.split('<br>').map((name) => {
    const [, file = name, title = ''] = /^`([^`]+)` (.+)$/.exec(name) ?? [];
    return { file, title };
  });
}

const known = new Map<string, NamedTest[] | undefined>();

function testsIn(file: string): NamedTest[] | undefined {
  if (!known.has(file)) {
    const url = new URL(file, ROOT);
    known.set(file, /^test\/.*\.(test|spec)\.ts$/.test(file) && existsSync(url) ? testsOf(url) : undefined);
  }
  return known.get(file);
}

/** What is wrong with a row, in words; nothing, if it is right. */
export function problemsOf(row: Row): string[] {
  const { id, asks, section, status, notes, tests } = row;
  const name = `${id} (${section}) ${asks}`;
  const problems = tests.flatMap(({ file, title }) => {
    const all = testsIn(file);
    if (all === undefined) return [`${name}: no file ${file}`];
    const meant = all.filter((each) => each.title === title || [...each.groups, each.title].join(WITHIN) === title);
    if (meant.length === 0) return [`${name}: no test "${title}" in ${file}`];
    if (meant.length > 1) return [`${name}: ${meant.length} tests "${title}" in ${file}`];
    return status === 'met' && meant[0]?.fails === true ? [`${name}: "${title}" is marked as failing`] : [];
  });
  if (!(STATUSES as readonly string[]).includes(status)) problems.push(`${name}: status "${status}"`);
  if (asks === '' || !section.startsWith('§')) problems.push(`${name}: what is asked, and where?`);
  if (status === 'met' && tests.length === 0) problems.push(`${name}: met, and no test is named`);
  if (status !== 'met' && notes === '') problems.push(`${name}: ${status}, and no reason`);
  return problems;
}

/** "80 rows: 70 met, 6 not met, 4 n/a" */
export function countsOf(rows: readonly Row[]): string {
  const counts = STATUSES.map((status) => `${rows.filter((row) => row.status === status).length} ${status}`);
  return `${rows.length} rows: ${counts.join(', ')}`;
}
