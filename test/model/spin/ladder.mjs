/** A trail of the model as a ladder, like the figures of RFC 9293. */

const STATES = ['CLOSED', 'LISTEN', 'SYN-SENT', 'SYN-RECEIVED', 'ESTABLISHED', 'SYN-ACKED'];
const HOSTS = ['client', 'server'];
const CALLS = {
  connect: 'connects',
  listen: 'listens',
  abort: 'aborts',
  give_up: 'gives up',
  reboot: 'crashes and forgets',
};
const COLUMN = 30;
const MIDDLE = 40;

/** @typedef {{ state: string, iss: number, irs: number }} Host */

/**
 * @param {readonly string[]} trail lines as promela/ prints them
 * @returns {string}
 */
export function ladder(trail) {
  /** @type {Host[]} */
  const hosts = HOSTS.map(() => ({ state: 'CLOSED', iss: 0, irs: 0 }));
  /** Sent and not yet arrived. @type {Map<string, number>} */
  const arrivals = new Map();
  const rows = [row('client', '', 'server')];
  /** @type {string | undefined} */
  let pending;
  let turn = 0;
  const flush = (/** @type {number} */ host) => {
    if (pending === undefined) return;
    rows.push(row(host === 0 ? told(hosts[0]) : '', pending, host === 1 ? told(hosts[1]) : ''));
    pending = undefined;
  };
  for (const line of trail) {
    const [kind = '', ...words] = line.split(' ');
    const numbers = words.map(Number);
    if (kind === 'call') {
      turn = numbers[1] ?? 0;
      const text = CALLS[/** @type {keyof typeof CALLS} */ (words[0])] ?? words[0] ?? '';
      rows.push(turn === 0 ? row(text, '', '') : row('', '', text));
    } else if (kind === 'arrive') {
      flush(turn);
      turn = numbers[0] ?? 0;
      const text = segment(numbers[1] ?? 0, numbers[2] ?? 0, numbers[3] ?? 0);
      const key = `${turn} ${text}`;
      const times = (arrivals.get(key) ?? 0) + 1;
      arrivals.set(key, times);
      pending = arrow(turn === 1, times > 1 ? `${text} again` : text);
    } else if (kind === 'becomes') {
      hosts[turn] = { state: STATES[numbers[1] ?? 0] ?? '?', iss: numbers[2] ?? 0, irs: numbers[3] ?? 0 };
    } else if (kind === 'now') {
      turn = numbers[0] ?? 0;
      hosts[turn] = { state: STATES[numbers[1] ?? 0] ?? '?', iss: numbers[2] ?? 0, irs: numbers[3] ?? 0 };
      if (pending === undefined) rows.push(turn === 0 ? row(told(hosts[0]), '', '') : row('', '', told(hosts[1])));
      flush(turn);
    } else if (kind === 'heals' || kind === 'time') {
      rows.push(row('', kind === 'heals' ? 'the network heals' : 'half-open times out', ''));
    } else if (kind === 'violated') {
      // The step in which it happened was not told to its end.
      flush(turn);
      rows.push(`violated: ${words.join(' ')}`);
    }
  }
  return rows.map((text) => `    ${text}`.trimEnd()).join('\n');
}

/** @param {Host | undefined} host */
function told(host) {
  if (host === undefined) return '';
  const numbers = host.irs !== 0 ? ` ${host.iss}/${host.irs}` : host.iss !== 0 ? ` ${host.iss}` : '';
  return `${host.state}${numbers}`;
}

/**
 * @param {number} flags
 * @param {number} sequence
 * @param {number} acknowledgment
 */
function segment(flags, sequence, acknowledgment) {
  const names = [flags & 1 ? 'SYN' : '', flags & 4 ? 'RST' : '', flags & 2 ? 'ACK' : ''].filter((name) => name !== '');
  return `${names.join(',')} seq ${sequence}${flags & 2 ? ` ack ${acknowledgment}` : ''}`;
}

/**
 * @param {boolean} toRight
 * @param {string} text
 */
function arrow(toRight, text) {
  const line = '-'.repeat(Math.max(2, MIDDLE - text.length - 5));
  return toRight ? `${line[0]} ${text} ${line.slice(1)}>` : `<${line.slice(1)} ${text} ${line[0]}`;
}

/**
 * @param {string} left
 * @param {string} middle
 * @param {string} right
 */
function row(left, middle, right) {
  return `${left.padStart(COLUMN)}  ${middle.padEnd(MIDDLE)}  ${right}`;
}
