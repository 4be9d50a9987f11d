/** The trials: what is asked of a board, and when that is right. */
import type { Outcome, TrialOrder } from './peer.js';

export interface Trial {
  id: string;
  /** What is tried, in words. */
  title: string;
  order(host: string): TrialOrder;
  /** So many outcomes are to come; for a progress bar. */
  expected: number;
  /** Was it right? '': yes; otherwise what was not. */
  wrong(outcomes: readonly Outcome[]): string;
}

const LIMIT_MS = 10_000;
/** Ports of the core's own apps (assembly/apps), and one where nobody listens. */
const PORTS = { echo: 7, http: 80, closed: 9999 };
const MANY = 50;

function connects(id: string, title: string, port: number, count: number, wanted: string): Trial {
  return {
    id,
    title,
    expected: count,
    order: (host) => ({ kind: 'connect', host, port, count, gapMs: 20, limitMs: LIMIT_MS }),
    wrong: (outcomes) => {
      const others = outcomes.filter(([what]) => what !== wanted);
      if (others.length > 0)
        return `${others.length} of ${count}: ${[...new Set(others.map(([what]) => what))].join(', ')}`;
      return outcomes.length === count ? '' : `${outcomes.length} of ${count} came back`;
    },
  };
}

function echo(id: string, title: string, bytes: number): Trial {
  return {
    id,
    title,
    expected: 1,
    order: (host) => ({ kind: 'echo', host, port: PORTS.echo, bytes, limitMs: LIMIT_MS }),
    wrong: (outcomes) => {
      const [what = 'nothing', , detail] = outcomes.at(-1) ?? [];
      return what === 'same' && detail === bytes ? '' : `${what}${detail === undefined ? '' : ` at ${detail}`}`;
    },
  };
}

const vanish: Trial = {
  id: 'vanish',
  title: 'the peer vanishes half-open',
  expected: 1,
  order: (host) => ({ kind: 'vanish', host, port: PORTS.echo, limitMs: LIMIT_MS }),
  wrong: (outcomes) => (outcomes[0]?.[0] === 'connected' ? '' : (outcomes[0]?.[0] ?? 'nothing came back')),
};

/** In the order in which they are made. The last takes the peer away, so it is made only when it is asked for. */
export const TRIALS: readonly Trial[] = [
  connects('connect', 'connect to the status page, 10 times', PORTS.http, 10, 'connected'),
  connects('refused', 'connect where nobody listens, 5 times', PORTS.closed, 5, 'refused'),
  echo('echo-small', 'echo of 100 bytes', 100),
  echo('echo', 'echo of 16 KiB, compared byte by byte', 16_384),
  connects('many', `${MANY} connections in a row, one port of the board`, PORTS.echo, MANY, 'connected'),
  vanish,
];

/** What is made when nobody chooses. */
export const USUAL: readonly string[] = TRIALS.map(({ id }) => id).filter((id) => id !== 'vanish');

/** The status page's figures, fetched by the peer: a page of another site may not ask the board itself. */
export function statusOrder(host: string): TrialOrder {
  return { kind: 'get', host, port: PORTS.http, path: '/status.json', limitMs: LIMIT_MS };
}
