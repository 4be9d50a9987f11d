import type { Trace } from '../../trace/index.js';

/** What was played, and what it shows. */
export interface Played {
  title: string;
  conclusion: string;
  trace: Trace;
}
