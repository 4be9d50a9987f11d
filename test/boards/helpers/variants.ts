/** The boards as they are tried: each with both engines, and on Linux once more with sanitizers. */

import type { BoardName, Engine } from '../../../host/boards/index.js';

export interface Variant {
  /** Its name in a test's title. */
  name: string;
  board: BoardName;
  engine: Engine;
  sanitize?: true;
}

export const VARIANTS: readonly Variant[] = [
  { name: 'linux, interpreted', board: 'linux', engine: 'interp' },
  { name: 'linux, ahead of time', board: 'linux', engine: 'aot' },
  { name: 'linux, interpreted, with sanitizers', board: 'linux', engine: 'interp', sanitize: true },
  { name: 'rv32, interpreted', board: 'rv32', engine: 'interp' },
  { name: 'rv32, ahead of time', board: 'rv32', engine: 'aot' },
  { name: 'xtensa, interpreted', board: 'xtensa', engine: 'interp' },
  { name: 'xtensa, ahead of time', board: 'xtensa', engine: 'aot' },
];

/** What is embedded: the product, one that traps when it is told to, and what no firmware is to start with. */
export const CONTENTS = [
  'product',
  'trapping',
  'other-abi',
  'truncated',
  'other-cpu',
  'other-engine',
  'small-pool',
] as const;
export type Content = (typeof CONTENTS)[number];

/** A firmware that was built for tests, as scripts are told of it. */
export interface Built extends Variant {
  content: Content;
  program: string;
}

/** Of all that globalSetup built; or why it could not. */
export interface Firmwares {
  built: Built[];
  /** What is missing on this machine: the tests skip, and say so. */
  missing?: string;
  /** What should have been built and was not: the tests fail with it. */
  failed?: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    firmwares: Firmwares;
  }
}
