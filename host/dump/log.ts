/** Where the dumps are in a file: it is one, or a board's log with some between its lines. boards/common/dump.c writes them. */
import { DumpError } from './errors.js';
import { isDump, lengthOf, MAGIC } from './header.js';

const BEGIN = '----- BEGIN FIRMSHAKE DUMP -----';
const END = '----- END FIRMSHAKE DUMP -----';

/** 48 bytes; the last line of a dump has fewer. */
const LINE_LETTERS = 64;

/** A line of base64 at the end of a line of the log: a terminal program may have put the time before it. */
const LETTERS = /(?:^|[^A-Za-z0-9+/=])([A-Za-z0-9+/]{2,64}={0,2})$/;

/** Lines of one dump, as far as they can be. */
interface Block {
  full: string[];
  /** What may be the last line, or another's short word, and how many full lines came before it. */
  short: { letters: string; after: number }[];
}

/**
 * The dumps in a file, in order. One whose end is missing is among them: whoever opens it is told.
 *
 * @throws DumpError DUMP_MISSING
 */
export function findDumps(file: Uint8Array): Uint8Array[] {
  if (isDump(file)) return [file];
  const dumps = blocksOf(new TextDecoder('latin1').decode(file)).map(bytesOf);
  if (dumps.length > 0) return dumps;
  throw new DumpError(
    'DUMP_MISSING',
    `there is no dump: the file does not begin with ${MAGIC}, and no line says "${BEGIN}"`,
  );
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const line of text.split('\n')) {
    if (line.includes(BEGIN)) {
      // Where one was open before, the board was reset in the middle of it.
      open = { full: [], short: [] };
      blocks.push(open);
    } else if (line.includes(END)) {
      open = undefined;
    } else if (open !== undefined) {
      take(open, line);
    }
  }
  return blocks;
}

/** Lines of others may stand between those of a dump: they have not 64 letters of base64 at their end. */
function take(block: Block, line: string): void {
  // One letter more than a line has tells a longer word.
  const letters = LETTERS.exec(line.trimEnd().slice(-LINE_LETTERS - 1))?.[1];
  if (letters === undefined || letters.length % 4 !== 0) return;
  if (letters.length === LINE_LETTERS && !letters.endsWith('=')) block.full.push(letters);
  else block.short.push({ letters, after: block.full.length });
}

function bytesOf({ full, short }: Block): Uint8Array {
  const bytes = fromBase64(full.join(''));
  const missing = (lengthOf(bytes) ?? 0) - bytes.length;
  // The last line is the one that is as long as what is missing.
  const last = short
    .filter(({ after }) => after === full.length)
    .map(({ letters }) => fromBase64(letters))
    .filter((rest) => rest.length === missing)
    .at(-1);
  if (last === undefined) return bytes;
  const whole = new Uint8Array(bytes.length + last.length);
  whole.set(bytes);
  whole.set(last, bytes.length);
  return whole;
}

function fromBase64(letters: string): Uint8Array {
  return Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
}
