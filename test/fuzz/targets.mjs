/** What is fuzzed: each target reads an input as a program, in harness/. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/root.mjs';

/**
 * @typedef {object} Target
 * @property {string} name as harness/main.c knows it
 * @property {string} module that it searches, in build/
 * @property {number} mostBytes of an input
 * @property {number} share of the time of `npm test`, in s
 * @property {string} about
 */

/** @type {Target[]} */
export const TARGETS = [
  { name: 'sequence', module: 'debug', mostBytes: 512, share: 50, about: 'frames, calls and time in any order' },
  { name: 'frames', module: 'debug', mostBytes: 2048, share: 30, about: 'frames at a core with connections' },
  {
    name: 'apps',
    module: 'debug-apps',
    mostBytes: 512,
    share: 25,
    about: 'what peers say to echo, discard, status page',
  },
  { name: 'boot', module: 'debug', mostBytes: 256, share: 15, about: 'boot records, and a frame or two' },
];

/** @param {string} name */
export function corpusOf(name) {
  return join(ROOT, 'test/fuzz/corpus', name);
}

/** Inputs that a search found worth keeping, and nobody has committed. @param {string} name */
export function foundOf(name) {
  return join(ROOT, 'build/fuzz/found', name);
}

/** @param {string} folder */
export function inputsIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

/** Ignored by git. */
export const CRASHES = join(ROOT, 'test/fuzz/crashes');
export const DICTIONARY = join(ROOT, 'test/fuzz/dictionary.txt');
