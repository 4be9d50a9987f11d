import { hostsOf } from './hosts.js';
import { ConnectionNames } from './ladder/connections.js';
import { Describer, type Numbers } from './ladder/describe.js';
import { Drawer } from './ladder/draw.js';
import { fold } from './ladder/fold.js';
import { layoutOf } from './ladder/layout.js';
import { ASCII, BOX, toAscii } from './ladder/style.js';
import { clean } from './ladder/text.js';
import { timelineOf } from './ladder/timeline.js';
import type { Trace, TraceRecord } from './trace.js';

export type { Numbers } from './ladder/describe.js';

export interface LadderOptions {
  /** ANSI colours. Default: none. */
  color?: boolean;
  /** Nothing beyond ASCII. Default: box characters. */
  ascii?: boolean;
  /** Columns of the terminal. Default 100; under 72 it is drawn for 72. */
  width?: number;
  /** Sequence numbers from the start of the connection (default), as on the wire (absolute), or both. */
  numbers?: Numbers;
  /** Runs of more than this many records that say nothing new become one line. False: never. Default 24. */
  fold?: number | false;
  /** The trace will grow and be drawn again: the columns stay where they are. Default false. */
  isGrowing?: boolean;
  /** Kinds of records to leave out. */
  hide?: readonly TraceRecord['kind'][];
}

const WIDTH = { default: 100, least: 72 };
const FOLD_DEFAULT = 24;

/** Draws a trace as a ladder diagram: hosts are columns, time goes down, frames are arrows. */
export function ladder(trace: Trace, options: LadderOptions = {}): string {
  const width = Math.max(WIDTH.least, Math.floor(options.width ?? WIDTH.default));
  const shown = withCleanText(trace, options);
  const hosts = hostsOf(shown);
  if (hosts.length === 0) return '';
  const names = new ConnectionNames(shown);
  const drawer = new Drawer(
    layoutOf(shown, hosts, names, width, options.isGrowing === true),
    options.ascii === true ? ASCII : BOX,
    names,
  );
  const items = timelineOf(shown, new Describer(names, options.numbers ?? 'relative'));
  const longest = options.fold ?? FOLD_DEFAULT;
  drawer.drawHead();
  for (const item of longest === false ? items : fold(items, longest)) drawer.draw(item);
  drawer.drawFoot();
  const text = drawer.rows.map((row) => row.toString(options.color === true)).join('\n') + '\n';
  return options.ascii === true ? toAscii(text) : text;
}

/** Names and notes come from anywhere, a capture or a URL: none may carry an escape sequence to the terminal. */
function withCleanText(trace: Trace, { hide, ascii }: LadderOptions): Trace {
  const shown = trace.records.filter((record) => hide?.includes(record.kind) !== true);
  const clear = <T extends object>(value: T): T => cleanStrings(value, ascii === true);
  return { ...trace, hosts: trace.hosts.map(clear), records: shown.map(clear) };
}

/** What tells hosts apart must still do so in ASCII. */
const IDENTITIES = ['id', 'host', 'from', 'to'];

function cleanStrings<T extends object>(value: T, ascii: boolean): T {
  const cleaned = Object.entries(value).map(([key, field]: [string, unknown]) => [
    key,
    cleanField(field, ascii && !IDENTITIES.includes(key)),
  ]);
  return Object.fromEntries(cleaned) as T;
}

function cleanField(field: unknown, ascii: boolean): unknown {
  if (typeof field === 'string') return ascii ? toAscii(clean(field)) : clean(field);
  if (Array.isArray(field)) return field.map((element: unknown) => cleanField(element, ascii));
  const isPlain = typeof field === 'object' && field !== null && !(field instanceof Uint8Array);
  return isPlain ? cleanStrings(field, ascii) : field;
}
