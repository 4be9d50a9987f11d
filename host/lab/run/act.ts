import type { CoreHost, RawHost } from '../../lan/index.js';
import type { Stage } from './stage.js';

/** How it ended: a text of the act, by its key, and what is put into it. */
export interface Conclusion {
  key: string;
  values: Readonly<Record<string, string | number>>;
}

/** A short story about one thing. Its texts are in texts/, by its id. */
export interface Act {
  readonly id: string;
  /** So long it is played, where nobody has a hand in; what is to happen later is not seen. */
  readonly lastsMs: number;
  /** Puts hosts on the stage. What it gives is called when the run begins, to say what is to happen when. */
  prepare(stage: Stage): () => Ending;
}

/** Asked when the run is over. */
export type Ending = () => Conclusion;

export type Host = CoreHost | RawHost;
