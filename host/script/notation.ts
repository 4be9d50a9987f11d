/** Segments in packetdrill's notation, as expected and as they came. */
import type { TcpFrame, TcpOption } from '../trace/index.js';
import type { Option, SegmentSpec } from './ast.js';

const LETTERS = [
  ['FIN', 'F'],
  ['SYN', 'S'],
  ['RST', 'R'],
  ['PSH', 'P'],
  ['ACK', '.'],
  ['URG', 'U'],
  ['ECE', 'E'],
  ['CWR', 'W'],
] as const;

/** "SYN,ACK" for "S.". */
export function flagNames(letters: string): string {
  const names = LETTERS.filter(([, letter]) => letters.includes(letter)).map(([name]) => name);
  return names.join(',');
}

/** What a segment says, its numbers relative to each side's initial one. */
export interface Heard extends SegmentSpec {
  options: readonly Option[];
}

/** @param local what our numbers are relative to; @param remote the peer's */
export function heard(frame: TcpFrame, local: number, remote: number): Heard {
  const letters = LETTERS.filter(([name]) => frame.flags.has(name)).map(([, letter]) => letter);
  const sequence = (frame.sequence - local) >>> 0;
  const { length } = frame.payload;
  return {
    flags: letters.join('') || '-',
    sequence,
    end: (sequence + length) >>> 0,
    length,
    ack: frame.flags.has('ACK') ? (frame.acknowledgment - remote) >>> 0 : undefined,
    window: frame.window,
    urgent: frame.flags.has('URG') ? frame.urgentPointer : undefined,
    options: frame.options.flatMap((option) => heardOption(option, remote)),
  };
}

function heardOption(option: TcpOption, remote: number): Option[] {
  switch (option.kind) {
    case 'mss':
      return [{ kind: 'mss', bytes: option.bytes }];
    case 'window-scale':
      return [{ kind: 'wscale', shift: option.shift }];
    case 'sack-permitted':
      return [{ kind: 'sackOK' }];
    case 'sack':
      return [
        {
          kind: 'sack',
          blocks: option.blocks.map(({ left, right }) => ({
            left: (left - remote) >>> 0,
            right: (right - remote) >>> 0,
          })),
        },
      ];
    case 'timestamps':
      return [{ kind: 'TS', value: option.value, echo: option.echo }];
    default:
      return [];
  }
}

/** Does what came say what was expected? What is not said may be anything; padding is nothing. */
export function agrees(expected: SegmentSpec, actual: Heard): boolean {
  const { window, urgent, options } = expected;
  return (
    sorted(expected.flags) === sorted(actual.flags) &&
    expected.sequence === actual.sequence &&
    expected.length === actual.length &&
    expected.ack === actual.ack &&
    (window === undefined || window === actual.window) &&
    (urgent === undefined || urgent === actual.urgent) &&
    (options === 'any' || optionsText(options) === optionsText(actual.options))
  );
}

const sorted = (letters: string): string => letters.split('').sort().join('');

/** `as`: what else is said where the other one says it. */
export function segmentText({ flags, sequence, end, length, ack, window, urgent, options }: SegmentSpec): string {
  const words = [flags, `${sequence}:${end}(${length})`];
  if (ack !== undefined) words.push(`ack ${ack}`);
  if (window !== undefined) words.push(`win ${window}`);
  if (urgent !== undefined) words.push(`urg ${urgent}`);
  if (options === 'any') words.push('<...>');
  else if (options.length > 0) words.push(optionsText(options));
  return words.join(' ');
}

function optionsText(options: readonly Option[]): string {
  return `<${options
    .filter(({ kind }) => kind !== 'nop' && kind !== 'eol')
    .map(optionText)
    .join(',')}>`;
}

function optionText(option: Option): string {
  switch (option.kind) {
    case 'mss':
      return `mss ${option.bytes}`;
    case 'wscale':
      return `wscale ${option.shift}`;
    case 'sack':
      return `sack ${option.blocks.map(({ left, right }) => `${left}:${right}`).join(' ')}`;
    case 'TS':
      return `TS val ${option.value} ecr ${option.echo}`;
    default:
      return option.kind;
  }
}

/** The bytes of options that a script says, padded to whole words. `local`: what SACK blocks of the peer are relative to. */
export function optionBytes(options: readonly Option[], local: number): number[] {
  const bytes = options.flatMap((option) => bytesOf(option, local));
  while (bytes.length % 4 !== 0) bytes.push(0);
  return bytes;
}

function bytesOf(option: Option, local: number): number[] {
  switch (option.kind) {
    case 'eol':
      return [0];
    case 'nop':
      return [1];
    case 'mss':
      return [2, 4, ...word(option.bytes, 2)];
    case 'wscale':
      return [3, 3, option.shift];
    case 'sackOK':
      return [4, 2];
    case 'sack': {
      const blocks = option.blocks.flatMap(({ left, right }) => [...word(left + local, 4), ...word(right + local, 4)]);
      return [5, 2 + blocks.length, ...blocks];
    }
    case 'TS':
      return [8, 10, ...word(option.value, 4), ...word(option.echo, 4)];
  }
}

function word(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => (value >>> (8 * (bytes - 1 - index))) & 255);
}
