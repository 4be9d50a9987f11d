/** Every script of this folder, and every cell of the matrix, holds: nothing else is sent, either. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../host/build/constants.js';
import { loadModule } from '../../host/core/file.js';
import { parseScript, play } from '../../host/script/index.js';
import { ladder } from '../../host/trace/index.js';
import { beginningCells, STATES, synchronizedCells } from './matrix.js';

const MODULE = await loadModule(new URL('../../build/conformance.wasm', import.meta.url));
const SCRIPTS = path.join(ROOT, 'test/conformance/scripts');
/** For whoever wants to read one, or play it: `firmshake script --strict --ladder build/conformance/…`. */
const WRITTEN = path.join(ROOT, 'build/conformance');

function holds(text: string, name: string): void {
  const { failure, trace } = play({ script: parseScript(text, name), name, module: MODULE, isStrict: true });
  expect(failure?.message, `${text}\n${ladder(trace)}`).toBeUndefined();
}

const files = readdirSync(SCRIPTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.pkt'))
  .sort();

describe('scripts', () => {
  test.for(files)('%s', (name) => {
    const text = readFileSync(path.join(SCRIPTS, name), 'utf8');
    // Each says what it is about, and what the standard is.
    expect(text).toMatch(/^\/\/ \S/);
    holds(text, name);
  });

  test('there is one for each figure of RFC 9293 from 6 to 13, and for each lost packet', () => {
    const about = files.map((name) => readFileSync(path.join(SCRIPTS, name), 'utf8').split('\n')[0]).join('\n');
    for (let figure = 6; figure <= 13; figure++) expect(about).toMatch(new RegExp(`Figures? (\\d+ and )?${figure}\\b`));
    for (const packet of ['first', 'second', 'third']) expect(about).toContain(`The ${packet} packet is lost`);
  });
});

describe('the matrix', () => {
  const cells = [...beginningCells(), ...synchronizedCells()];
  const states = new Map<string, typeof cells>();
  for (const cell of cells) {
    const state = cell.title.split(':')[0] ?? '';
    states.set(state, [...(states.get(state) ?? []), cell]);
  }

  test.for([...states])('%s', ([state, some]) => {
    const folder = path.join(WRITTEN, state.replaceAll(/[, ]+/g, '-'));
    mkdirSync(folder, { recursive: true });
    for (const { title, script } of some) {
      writeFileSync(path.join(folder, `${(title.split(': ')[1] ?? '').replaceAll(/[, ]+/g, '-')}.pkt`), script);
      holds(script, title);
    }
  });

  test('has every state of RFC 9293 §3.3.2', () => {
    const names = new Set([...states.keys()].map((name) => name.split(',')[0]));
    expect(names.size).toBe(11);
    expect(STATES.length).toBe(11);
    console.log(`conformance: ${files.length} scripts, and a matrix of ${cells.length} cells`);
  });
});
