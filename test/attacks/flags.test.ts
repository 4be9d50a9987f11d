import { describe, expect, test } from 'vitest';
import { next } from '../simulation/world.js';
import { Staged, STATES, type Stage } from './states.js';

/** Christmas trees: each of the 256 flag bytes in each state, wherever its numbers point. */

const BITS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
/** Where a segment begins, from RCV.NXT: the left edge, one off, deep in the window, and far outside. */
const SEQUENCES = [0, -1, 1, 700, -5000, 2 ** 30];
/** What it acknowledges, from all that was sent: that, one less, and one more than there is. */
const ACKNOWLEDGMENTS = [0, -1, 1];
const LENGTHS = [0, 10];
/** Less than any profile's window. */
const WINDOW = 1000;

interface Probe {
  flags: ReadonlySet<string>;
  /** From RCV.NXT, and from SND.NXT. */
  at: number;
  acknowledges: number;
  length: number;
}

/** What is right: the state after, and what may be said at once ("" is nothing). RFC 9293 §3.10.7; RFC 5961. */
interface Right {
  state: Stage;
  says: readonly string[];
}

const SILENCE = [''];

function rightFor(stage: Stage, probe: Probe): Right {
  if (stage === 'CLOSED') return { state: stage, says: strangersAnswer(probe) };
  if (stage === 'LISTEN') return inListen(probe);
  if (stage === 'half-open') return inHalfOpen(probe);
  if (stage === 'SYN-SENT') return inSynSent(probe);
  if (stage === 'TIME-WAIT') return inTimeWait(probe);
  return inSynchronized(stage, probe);
}

/** How many sequence numbers it takes up: SEG.LEN. */
function numbersOf({ flags, length }: Probe): number {
  return length + Number(flags.has('SYN')) + Number(flags.has('FIN'));
}

/** §3.10.7.1. */
function strangersAnswer({ flags }: Probe): string[] {
  if (flags.has('RST')) return SILENCE;
  return [flags.has('ACK') ? 'RST' : 'ACK,RST'];
}

/** §3.10.7.2. */
function inListen({ flags }: Probe): Right {
  if (flags.has('RST')) return { state: 'LISTEN', says: SILENCE };
  if (flags.has('ACK')) return { state: 'LISTEN', says: ['RST'] };
  if (!flags.has('SYN') || flags.has('FIN')) return { state: 'LISTEN', says: SILENCE };
  return { state: 'half-open', says: ['ACK,SYN'] };
}

function inHalfOpen(probe: Probe): Right {
  const { flags, at, acknowledges } = probe;
  const stays = (...says: string[]): Right => ({ state: 'half-open', says });
  const isBareSyn = flags.has('SYN') && !flags.has('ACK') && !flags.has('RST');
  if (isBareSyn && at === -1) return stays('ACK,SYN');
  // An ACK of a bare ACK could be answered by another, for ever: RFC 5961 §7.
  if (at < 0 || at >= WINDOW) return stays(flags.has('RST') || numbersOf(probe) === 0 ? '' : 'ACK');
  if (flags.has('RST')) return at === 0 ? { state: 'LISTEN', says: SILENCE } : stays('ACK');
  // Back to LISTEN, where it is looked at anew.
  if (flags.has('SYN')) return inListen(probe);
  if (!flags.has('ACK')) return stays('');
  if (acknowledges !== 0) return stays('RST');
  return { state: 'ESTABLISHED', says: ['', 'ACK'] };
}

/** §3.10.7.3. */
function inSynSent({ flags, acknowledges }: Probe): Right {
  const stays = (...says: string[]): Right => ({ state: 'SYN-SENT', says });
  const isRight = flags.has('ACK') && acknowledges === 0;
  if (flags.has('ACK') && !isRight) return stays(flags.has('RST') ? '' : 'RST');
  if (flags.has('RST')) return isRight ? { state: 'CLOSED', says: SILENCE } : stays('');
  if (!flags.has('SYN')) return stays('');
  return isRight ? { state: 'ESTABLISHED', says: ['ACK'] } : { state: 'SYN-RECEIVED', says: ['ACK,SYN'] };
}

/** RFC 1337: nothing but a new SYN ends it. */
function inTimeWait(probe: Probe): Right {
  const { flags, at } = probe;
  const stays = (...says: string[]): Right => ({ state: 'TIME-WAIT', says });
  if (flags.has('RST')) return stays('');
  if (flags.has('SYN')) {
    const isNew = !flags.has('ACK') && !flags.has('FIN') && at > 0;
    return isNew ? { state: 'half-open', says: ['ACK,SYN'] } : stays('ACK');
  }
  return stays(flags.has('ACK') && numbersOf(probe) > 0 ? 'ACK' : '');
}

/** §3.10.7.4, and SYN-RECEIVED after two SYNs have crossed: RFC 9293 §3.5, Figure 7. */
function inSynchronized(stage: Stage, probe: Probe): Right {
  const stays = (...says: string[]): Right => ({ state: stage, says });
  const isOpening = stage === 'SYN-RECEIVED';
  let { flags, at } = probe;
  if (isOpening && flags.has('SYN') && !flags.has('RST') && at === -1) {
    if (!flags.has('ACK')) return stays('ACK,SYN');
    // The peer's SYN-ACK: its SYN is known already.
    flags = new Set([...flags].filter((flag) => flag !== 'SYN'));
    at = 0;
  }
  const length = probe.length + Number(flags.has('SYN')) + Number(flags.has('FIN'));
  const last = at + length - 1;
  const begins = at >= 0 && at < WINDOW;
  if (flags.has('RST')) {
    if (at === 0) return { state: 'CLOSED', says: SILENCE };
    return stays(begins ? 'ACK' : '');
  }
  const isAcceptable = begins || (length > 0 && last >= 0 && last < WINDOW);
  if (!isAcceptable || flags.has('SYN')) return stays('ACK');
  if (!flags.has('ACK')) return stays('');
  if (isOpening && probe.acknowledges !== 0) return stays('RST');
  if (probe.acknowledges > 0) return stays('ACK');
  const acknowledged = afterAck(stage, probe.acknowledges === 0);
  const hasAllBefore = at <= 0 && at + probe.length >= 0;
  const state = flags.has('FIN') && hasAllBefore ? afterFin(acknowledged) : acknowledged;
  return { state, says: ['', 'ACK'] };
}

function afterAck(stage: Stage, hasOurFin: boolean): Stage {
  if (stage === 'SYN-RECEIVED') return 'ESTABLISHED';
  if (!hasOurFin) return stage;
  if (stage === 'FIN-WAIT-1') return 'FIN-WAIT-2';
  if (stage === 'CLOSING') return 'TIME-WAIT';
  return stage === 'LAST-ACK' ? 'CLOSED' : stage;
}

function afterFin(stage: Stage): Stage {
  if (stage === 'ESTABLISHED') return 'CLOSE-WAIT';
  if (stage === 'FIN-WAIT-1') return 'CLOSING';
  return stage === 'FIN-WAIT-2' ? 'TIME-WAIT' : stage;
}

describe.for(['lan', 'debug'] as const)('all flags (%s)', (profile) => {
  test.for(STATES)(
    'SYN+FIN and all 256 flag bytes in %s: the state that is right, one answer at most, and nothing is kept',
    async (stage) => {
      const staged = await Staged.at(stage, profile);
      expect(staged.reached).toBe(stage === 'half-open' ? 'half-open' : stage);
      for (let bits = 0; bits < 256; bits++) {
        const names = BITS.filter((_, bit) => (bits >> bit) & 1);
        for (const at of SEQUENCES) {
          for (const acknowledges of ACKNOWLEDGMENTS) {
            for (const length of LENGTHS) tryOut(staged, { flags: new Set(names), at, acknowledges, length });
          }
        }
      }
    },
  );
});

function tryOut(staged: Staged, probe: Probe): void {
  const { receiveNext, sendNext, stage } = staged;
  staged.again();
  const answers = staged.says({
    flags: [...probe.flags].join(','),
    sequence: next(receiveNext, probe.at),
    acknowledgment: next(sendNext, probe.acknowledges),
    payload: new Uint8Array(probe.length).fill(0x61),
  });
  const right = rightFor(stage, probe);
  const said = answers.map(({ flags }) =>
    [...flags]
      .filter((flag) => flag !== 'PSH')
      .sort()
      .join(','),
  );
  const { reached } = staged;
  const isRight = reached === right.state && said.length <= 1 && right.says.includes(said[0] ?? '');
  // What it acknowledges makes no difference to that, and looking costs most of the time.
  const isHarmless = probe.acknowledges !== 0 || (staged.isServing() && staged.left() === 0);
  if (isRight && isHarmless) return;
  const what = `${stage}: ${[...probe.flags].join(',')} at ${probe.at}, ACK ${probe.acknowledges}, ${probe.length} bytes`;
  expect.fail(
    `${what}: ${reached}, says "${said.join(' | ')}"; right is ${right.state}, "${right.says.join('" or "')}"`,
  );
}
