import { evaluate, parseExpression } from './expression.js';
import type { ModelState, Rule, Rules, Word } from './rules.js';
import { STATES } from './rules.js';
import type { Segment } from './step.js';

/** A segment that the model sends, or may send. A number that is not known yet is one that was just drawn. */
export interface Due {
  flags: string;
  seq: number | undefined;
  ack: number;
  /** It is limited, and may be left out. */
  isOptional: boolean;
}

/**
 * What a host may know of a connection: one state of the model, with real numbers. The model has no data; here there is,
 * and what was sent and received stands between ISS and SND.NXT, IRS and RCV.NXT.
 */
export interface Belief {
  /** BEYOND: a FIN was sent or has arrived, and the model ends there. */
  state: ModelState | 'BEYOND';
  iss: number | undefined;
  irs: number;
  isActive: boolean;
  /** How much was sent and received, without a gap, beyond the SYN. */
  sent: number;
  received: number;
  /** What has arrived beyond a gap: from and to, counted like `received`. */
  pieces: readonly (readonly [number, number])[];
  due: readonly Due[];
  /** It has arrived when there was no room for what it completes, and counts when there is: to the model it is late. */
  held: Segment | undefined;
}

export const NOTHING: Omit<Belief, 'state'> = {
  iss: undefined,
  irs: 0,
  isActive: false,
  sent: 0,
  received: 0,
  pieces: [],
  due: [],
  held: undefined,
};

/** The largest window that the profiles announce, in bytes. */
export const WINDOW = 4096;

const NO_SEGMENT: Segment = { flags: '', seq: 0, ack: 0, length: 0 };

export function sendNext(belief: Belief): number {
  return ((belief.iss ?? 0) + 1 + belief.sent) >>> 0;
}

export function receiveNext(belief: Belief): number {
  return (belief.irs + 1 + belief.received) >>> 0;
}

/** The names that the rules speak in: promela/state.pml has the same over small numbers. */
function valueOf(name: string, belief: Belief, segment: Segment): number {
  const has = (flag: string): number => (segment.flags.split(',').includes(flag) ? 1 : 0);
  const state = STATES.indexOf(name as ModelState);
  if (state >= 0) return state;
  switch (name) {
    case 'SYN':
    case 'ACK':
    case 'RST':
      return has(name);
    case 'SEG_SEQ':
      return segment.seq;
    case 'SEG_ACK':
      // Whatever acknowledges something of what was sent says to the model: all of it.
      return isAckOfData(belief, segment) ? sendNext(belief) : segment.ack;
    case 'SEG_LEN':
      return segment.length + has('SYN') + has('FIN');
    case 'ISS':
      return belief.iss ?? 0;
    case 'IRS':
      return belief.irs;
    case 'SND_NXT':
      return sendNext(belief);
    case 'RCV_NXT':
      return receiveNext(belief);
    case 'IN_WINDOW':
      return isInWindow(belief, segment, has('RST') !== 0) ? 1 : 0;
    case 'ACTIVE':
      return belief.isActive ? 1 : 0;
    case 'state[me]':
      return belief.state === 'BEYOND' ? -1 : STATES.indexOf(belief.state);
    case 'IS_OPEN(me)':
      return belief.state !== 'CLOSED' && belief.state !== 'LISTEN' ? 1 : 0;
    // Any host may be client and server, and numbers never end.
    case 'me':
    case 'A':
    case 'B':
      return 0;
    case 'SIMULTANEOUS':
    case 'CAN_DRAW':
    case 'true':
      return 1;
    default:
      throw new SyntaxError(`the checker does not know what ${name} is in the model`);
  }
}

function isAckOfData(belief: Belief, segment: Segment): boolean {
  if (belief.state !== 'ESTABLISHED') return false;
  return (segment.ack - (belief.iss ?? 0) - 1) >>> 0 <= belief.sent;
}

/** Table 6 of RFC 9293 §3.10.7.4: data counts, where some of it is in the window. */
function isInWindow(belief: Belief, segment: Segment, isReset: boolean): boolean {
  const offset = (segment.seq - receiveNext(belief)) >>> 0;
  if (offset < WINDOW) return true;
  const length = segment.length + (/SYN|FIN/.test(segment.flags) ? 1 : 0);
  return length > 0 && !isReset && (offset + length - 1) >>> 0 < WINDOW;
}

/** Does the rule's guard hold? */
export function fits(rule: Rule, belief: Belief, segment: Segment = NO_SEGMENT): boolean {
  return evaluate(rule.guard, (name) => valueOf(name, belief, segment)) !== 0;
}

/** What a segment's arrival makes of a belief, by the first rule that fits; and its name. */
export function arrived(rules: Rules, belief: Belief, segment: Segment): { rule: string; belief: Belief } {
  if (belief.state === 'BEYOND') return { rule: 'beyond', belief };
  const rule = rules.arrives[belief.state].find((candidate) => fits(candidate, belief, segment));
  if (rule === undefined) throw new SyntaxError(`no rule of ${belief.state} fits`);
  const after = applied(rule, belief, segment);
  if (!rule.effect.some(({ word }) => word === 'again')) return { rule: rule.name, belief: after };
  const second = arrived(rules, after, segment);
  return { rule: `${rule.name}, ${second.rule}`, belief: second.belief };
}

export function applied(rule: Rule, belief: Belief, segment: Segment = NO_SEGMENT): Belief {
  return rule.effect.reduce((known, word) => did(word, known, segment), belief);
}

/** The words that effects are made of: promela/actions.pml has the same. */
function did({ word, argument }: Word, belief: Belief, segment: Segment): Belief {
  const { due } = belief;
  const send = (flags: string, seq: number | undefined, ack: number, isOptional = false): Belief => ({
    ...belief,
    due: [...due, { flags, seq, ack, isOptional }],
  });
  const number = (): number => evaluate(parseExpression(argument), (name) => valueOf(name, belief, segment));
  switch (word) {
    case 'ignore':
    case 'again':
      return belief;
    case 'draw':
      return { ...belief, ...NOTHING, due, iss: undefined };
    case 'hear':
      return { ...belief, irs: segment.seq };
    case 'become':
      return { ...belief, state: stateOf(argument) };
    case 'open_actively':
      return { ...belief, isActive: true };
    case 'forget':
    case 'refused':
      return { ...NOTHING, due, state: belief.isActive ? 'CLOSED' : 'LISTEN' };
    case 'reboot':
      return { ...NOTHING, state: 'CLOSED' };
    case 'send_syn':
      return send('SYN', belief.iss, 0);
    case 'send_syn_ack':
      return send('SYN,ACK', belief.iss, receiveNext(belief));
    case 'send_ack':
      return send('ACK', sendNext(belief), receiveNext(belief));
    case 'challenge':
      return send('ACK', sendNext(belief), receiveNext(belief), true);
    case 'send_rst':
      return send('RST', number(), 0);
    case 'send_rst_ack':
      return send('RST,ACK', 0, number());
    default:
      throw new SyntaxError(`the checker does not know the word ${word} of the model`);
  }
}

function stateOf(argument: string): ModelState {
  const state = STATES.find((name) => name === argument);
  if (state === undefined) throw new SyntaxError(`the model has no state ${argument}`);
  return state;
}
