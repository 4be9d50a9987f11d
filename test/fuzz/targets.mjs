/** What is fuzzed: each target reads an input as a program, in harness/. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/root.mjs';

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {string} harness as harness/main.c knows it
 * @property {string} module that it searches: see build.mjs
 * @property {number} mostBytes of an input
 * @property {number} share of the time of `npm test`, in s
 * @property {string} about
 */

/** @type {Target[]} */
export const TARGETS = [
  sequence('sequence', 'debug', 40, 'frames, calls and time in any order'),
  sequence('scarce', 'small', 25, 'the same where every pool has two entries'),
  {
    name: 'frames',
    harness: 'frames',
    module: 'debug',
    mostBytes: 2048,
    share: 20,
    about: 'at a core with connections',
  },
  {
    name: 'apps',
    harness: 'apps',
    module: 'debug-apps',
    mostBytes: 512,
    share: 20,
    about: 'what peers say to servers',
  },
  {
    name: 'boot',
    harness: 'boot',
    module: 'debug',
    mostBytes: 256,
    share: 15,
    about: 'boot records, and a frame or two',
  },
];

/** @param {string} name @param {string} module @param {number} share @param {string} about @returns {Target} */
function sequence(name, module, share, about) {
  return { name, harness: 'sequence', module, mostBytes: 512, share, about };
}

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
