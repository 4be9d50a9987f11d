/** What a piece of the ladder is; how it looks is decided once, here. */
export type Tone = 'plain' | 'faint' | 'strong' | 'syn' | 'fin' | 'reset' | 'data' | 'other' | 'bad' | 'timer' | 'good';

const ANSI: Record<Tone, string> = {
  plain: '',
  faint: '2',
  strong: '1',
  syn: '36',
  fin: '33',
  reset: '1;31',
  data: '32',
  other: '34',
  bad: '1;31',
  timer: '35',
  good: '1;32',
};

export function paint(text: string, tone: Tone): string {
  const code = ANSI[tone];
  return code === '' ? text : `\u001b[${code}m${text}\u001b[0m`;
}

export interface Glyphs {
  line: string;
  lifeline: string;
  gap: string;
  leavesRight: string;
  leavesLeft: string;
  crosses: string;
  headRight: string;
  headLeft: string;
  lost: string;
  flight: string;
  timer: string;
  event: string;
  failure: string;
  ellipsis: string;
  top: string;
  bottom: string;
}

export const BOX: Glyphs = {
  line: '─',
  lifeline: '│',
  gap: '┊',
  leavesRight: '├',
  leavesLeft: '┤',
  crosses: '┼',
  headRight: '▶',
  headLeft: '◀',
  lost: '✗',
  flight: '╌',
  timer: '⏰',
  event: '●',
  failure: '✗',
  ellipsis: '…',
  top: '┬',
  bottom: '┴',
};

export const ASCII: Glyphs = {
  line: '-',
  lifeline: '|',
  gap: ':',
  leavesRight: '|',
  leavesLeft: '|',
  crosses: '+',
  headRight: '>',
  headLeft: '<',
  lost: 'X',
  flight: '.',
  timer: 'timer:',
  event: '*',
  failure: '!',
  ellipsis: '...',
  top: '+',
  bottom: '+',
};

/** For a terminal (or a log) that has nothing else. Cell for cell: what is drawn stays where it is. */
export function toAscii(text: string): string {
  return text
    .replace(/…/g, '~')
    .replace(/×/g, 'x')
    .replace(/[–−]/g, '-')
    .replace(/→/g, '>')
    .replace(/[^\n\u001b\u0020-\u007e]/gu, '?');
}
