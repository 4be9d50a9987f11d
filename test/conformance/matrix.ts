/**
 * RFC 9293 §3.10.7 as scripts: every state × kind of segment × place of its number × with and without data. What is to be answered is
 * written by hand in tables: those of test/spec/tcp/arrives/tables.ts, which say what their cells mean, for the synchronized states; for the
 * others, below. Here each cell becomes a script: the way into the state, the segment, and the answer, or that there is none.
 */
import {
  AFTER_FIN,
  BOTH_END,
  FIN_WAIT_1_ENDS,
  RECEIVING,
  SYN_RECEIVED,
  TIME_WAIT,
} from '../spec/tcp/arrives/tables.js';

export interface Cell {
  /** "ESTABLISHED: SYN data, inside" */
  title: string;
  script: string;
}

interface State {
  name: string;
  /** Lines of the script that lead there. */
  way: string;
  /** What the core expects next of the peer, and has sent: SND.NXT. */
  receiveNext: number;
  sendNext: number;
  /** What the peer acknowledges in this table. */
  ack: number;
  table: readonly string[];
}

/** The peer's initial sequence number is 1,000, the core's 0. */
const ISN = 1000;
const LISTENING = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 2) = 0
`;
const HALF_OPEN = `${LISTENING}+0 < S ${ISN}:${ISN}(0) win 65535 <mss 1460>
+0 > S. 0:0(0) ack ${ISN + 1} <mss 1460>
`;
const ESTABLISHED = `${HALF_OPEN}+0 < . 1001:1001(0) ack 1 win 65535
+0 accept(3, ..., ...) = 4
`;
const CONNECTING = `0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3
+0 connect(3, ..., ...) = -1 EINPROGRESS
+0 > S 0:0(0) <mss 1460,sackOK>
`;
const CROSSING = `${CONNECTING}+0 < S ${ISN}:${ISN}(0) win 65535 <mss 1460>
+0 > S. 0:0(0) ack 1001 <mss 1460>
`;
const FIN_WAIT_1 = `${ESTABLISHED}+0 shutdown(4, SHUT_WR) = 0
+0 > F. 1:1(0) ack 1001
`;
const FIN_WAIT_2 = `${FIN_WAIT_1}+0 < . 1001:1001(0) ack 2 win 65535
`;
const CLOSE_WAIT = `${ESTABLISHED}+0 < F. 1001:1001(0) ack 1 win 65535
+0 > . 1:1(0) ack 1002
`;
const CLOSING = `${FIN_WAIT_1}+0 < F. 1001:1001(0) ack 1 win 65535
+0 > . 2:2(0) ack 1002
`;
const LAST_ACK = `${CLOSE_WAIT}+0 close(4) = 0
+0 > F. 1:1(0) ack 1002
`;
const TIME_WAIT_WAY = `${FIN_WAIT_2}+0 < F. 1001:1001(0) ack 2 win 65535
+0 > . 2:2(0) ack 1002
`;

export const STATES: readonly State[] = [
  { name: 'SYN-RECEIVED, crossing', way: CROSSING, receiveNext: 1001, sendNext: 1, ack: 1, table: SYN_RECEIVED },
  { name: 'ESTABLISHED', way: ESTABLISHED, receiveNext: 1001, sendNext: 1, ack: 1, table: RECEIVING },
  { name: 'FIN-WAIT-1', way: FIN_WAIT_1, receiveNext: 1001, sendNext: 2, ack: 1, table: RECEIVING },
  {
    name: 'FIN-WAIT-1, our FIN acknowledged',
    way: FIN_WAIT_1,
    receiveNext: 1001,
    sendNext: 2,
    ack: 2,
    table: FIN_WAIT_1_ENDS,
  },
  { name: 'FIN-WAIT-2', way: FIN_WAIT_2, receiveNext: 1001, sendNext: 2, ack: 2, table: RECEIVING },
  { name: 'CLOSE-WAIT', way: CLOSE_WAIT, receiveNext: 1002, sendNext: 1, ack: 1, table: AFTER_FIN },
  { name: 'CLOSING', way: CLOSING, receiveNext: 1002, sendNext: 2, ack: 1, table: AFTER_FIN },
  { name: 'CLOSING, our FIN acknowledged', way: CLOSING, receiveNext: 1002, sendNext: 2, ack: 2, table: BOTH_END },
  { name: 'LAST-ACK', way: LAST_ACK, receiveNext: 1002, sendNext: 2, ack: 1, table: AFTER_FIN },
  { name: 'LAST-ACK, our FIN acknowledged', way: LAST_ACK, receiveNext: 1002, sendNext: 2, ack: 2, table: BOTH_END },
  { name: 'TIME-WAIT', way: TIME_WAIT_WAY, receiveNext: 1002, sendNext: 2, ack: 2, table: TIME_WAIT },
];

/** The window; the peer's FIN takes up one number of it. */
const WINDOW = 65_535;

/** Where a number lies, from RCV.NXT: the columns of the tables. */
const placesOf = (window: number): readonly (readonly [string, number])[] => [
  ['left', -20],
  ['across', -1],
  ['edge', 0],
  ['inside', 100],
  ['last', window - 1],
  ['beyond', window],
];

const LETTERS: Readonly<Record<string, string>> = {
  RST: 'R',
  SYN: 'S',
  ACK: '.',
  'FIN,ACK': 'F.',
  'SYN,ACK': 'S.',
  'RST,ACK': 'R.',
  none: '-',
  unsent: '.',
};
const DATA_BYTES = 10;
/** Acknowledges what nobody has sent. */
const UNSENT = 70_000;

/** All cells of the synchronized states. */
export function synchronizedCells(): Cell[] {
  return STATES.flatMap((state) => {
    const places = placesOf(WINDOW - (state.receiveNext - ISN - 1));
    return state.table.flatMap((row) => {
      const [kind = '', cells = ''] = row.split('|').map((part) => part.trim());
      return cells.split(/\s+/).map((cell, column): Cell => {
        const [place, offset] = places[column] ?? ['?', NaN];
        return { title: `${state.name}: ${kind}, ${place}`, script: scriptOf(state, kind, offset, cell) };
      });
    });
  });
}

function scriptOf(
  { name, way, receiveNext, sendNext, ack }: State,
  kind: string,
  offset: number,
  cell: string,
): string {
  const [flags = '', data] = kind.split(' ');
  const sequence = receiveNext + offset;
  const length = data === undefined ? 0 : DATA_BYTES;
  const acknowledgment = kind === 'unsent' ? UNSENT : ack;
  const hasAck = LETTERS[flags]?.includes('.') === true;
  const segment = `${LETTERS[flags] ?? '?'} ${sequence}:${sequence + length}(${length})${hasAck ? ` ack ${acknowledgment}` : ''} win 65535`;
  const head = `// ${name}: ${kind} at RCV.NXT${offset < 0 ? ` - ${-offset}` : ` + ${offset}`}. The table says: ${cell}\n`;
  const answer = answerOf(cell, { receiveNext, sendNext, sequence, length, acknowledgment });
  return `${head}${way}+0.01 < ${segment}\n${answer}`;
}

interface Numbers {
  receiveNext: number;
  sendNext: number;
  sequence: number;
  length: number;
  acknowledgment: number;
}

/** The answer that a cell of the tables asks for; none: the script ends, and there is to be nothing more. */
function answerOf(cell: string, { receiveNext, sendNext, sequence, length, acknowledgment }: Numbers): string {
  const [, what = '', advance = '0'] = /^(-|[A-Z])(?:\+(\d+))?/.exec(cell) ?? [];
  const ack = receiveNext + Number(advance);
  switch (what) {
    case '-':
      return '';
    case 'A':
      return `+0 > . ${sendNext}:${sendNext}(0) ack ${ack}\n`;
    case 'D':
      return `+0.04 > . ${sendNext}:${sendNext}(0) ack ${ack}\n`;
    case 'R':
      return `+0 > R ${acknowledgment}:${acknowledgment}(0)\n`;
    case 'S':
      // The same again, or, where a new connection begins, one that acknowledges its SYN, and not its data (§3.4).
      return cell.includes('>SYN-RECEIVED')
        ? `+0 > S. 0:0(0) ack ${sequence + 1} <mss 1460>\n`
        : `+0 > S. 0:0(0) ack ${receiveNext} <mss 1460>\n`;
    default:
      throw new RangeError(`what is ${cell}, with ${length} bytes?`);
  }
}

/**
 * The states before there is a peer whose numbers are known, from §3.10.7.1 to §3.10.7.3; and the half-open entry of a passive open, which
 * keeps no data. `{ack}` is what the segment acknowledges, `{end}` the number behind it.
 */
interface Row {
  kind: string;
  /** Of the acknowledgment, where it has one: before ours, ours, behind it; else one. */
  answers: readonly string[];
}

const RESET = '> R {ack}:{ack}(0)';
const RESET_ACK = '> R. 0:0(0) ack {end}';
const SYN_ACK = '> S. 0:0(0) ack {next} <mss 1460>';
const CROSSED = '> S. 0:0(0) ack {next} <mss 1460>';
const COMPLETES = '> . 1:1(0) ack {next}';
const NOTHING = '';

interface Beginning {
  name: string;
  way: string;
  rows: readonly Row[];
}

const BEGINNINGS: readonly Beginning[] = [
  {
    name: 'CLOSED',
    way: '',
    rows: [
      { kind: 'RST', answers: [NOTHING] },
      { kind: 'RST,ACK', answers: [NOTHING, NOTHING, NOTHING] },
      { kind: 'SYN', answers: [RESET_ACK] },
      { kind: 'SYN,ACK', answers: [RESET, RESET, RESET] },
      { kind: 'ACK', answers: [RESET, RESET, RESET] },
      { kind: 'FIN,ACK', answers: [RESET, RESET, RESET] },
      { kind: 'none', answers: [RESET_ACK] },
    ],
  },
  {
    name: 'LISTEN',
    way: LISTENING,
    rows: [
      { kind: 'RST', answers: [NOTHING] },
      { kind: 'RST,ACK', answers: [NOTHING, NOTHING, NOTHING] },
      { kind: 'SYN', answers: [SYN_ACK] },
      { kind: 'SYN,ACK', answers: [RESET, RESET, RESET] },
      { kind: 'ACK', answers: [RESET, RESET, RESET] },
      { kind: 'FIN,ACK', answers: [RESET, RESET, RESET] },
      { kind: 'none', answers: [NOTHING] },
    ],
  },
  {
    name: 'SYN-SENT',
    way: CONNECTING,
    rows: [
      { kind: 'RST', answers: [NOTHING] },
      { kind: 'RST,ACK', answers: [NOTHING, NOTHING, NOTHING] },
      { kind: 'SYN', answers: [CROSSED] },
      { kind: 'SYN,ACK', answers: [RESET, COMPLETES, RESET] },
      { kind: 'ACK', answers: [RESET, NOTHING, RESET] },
      { kind: 'FIN,ACK', answers: [RESET, NOTHING, RESET] },
      { kind: 'none', answers: [NOTHING] },
    ],
  },
];

const ACKNOWLEDGED = ['before ours', 'ours', 'behind ours'];

/** All cells of CLOSED, LISTEN and SYN-SENT, each with and without data. */
export function beginningCells(): Cell[] {
  return BEGINNINGS.flatMap(({ name, way, rows }) =>
    rows.flatMap(({ kind, answers }) =>
      answers.flatMap((answer, index) =>
        [0, DATA_BYTES].map((length): Cell => {
          // Ours is 0; CLOSED and LISTEN have none, and any will do.
          const ack = answers.length === 1 ? undefined : index;
          const acknowledged = answers.length === 1 ? '' : `, acknowledging ${ACKNOWLEDGED[index] ?? ''}`;
          const title = `${name}: ${kind}${length > 0 ? ' data' : ''}${acknowledged}`;
          return { title, script: beginning(title, way, kind, length, ack, answer) };
        }),
      ),
    ),
  );
}

function beginning(
  title: string,
  way: string,
  kind: string,
  length: number,
  ack: number | undefined,
  answer: string,
): string {
  // A SYN takes up a number, and a FIN.
  const end = ISN + length + (/SYN|FIN/.test(kind) ? 1 : 0);
  const segment = `${LETTERS[kind] ?? '?'} ${ISN}:${ISN + length}(${length})${ack === undefined ? '' : ` ack ${ack}`} win 65535`;
  const filled = answer
    .replaceAll('{ack}', String(ack ?? 0))
    .replaceAll('{end}', String(end))
    .replaceAll('{next}', String(ISN + 1));
  return `// ${title}\n${way}${way === '' ? '0' : '+0.01'} < ${segment}\n${filled === '' ? '' : `+0 ${filled}\n`}`;
}
