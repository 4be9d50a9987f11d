/** Changes after which the core does the same, or what nobody could tell from it: no test can notice them. */

/** @typedef {{ file: string, was: string, text: string, in: string, why: string }} Same */

/** @type {readonly Same[]} */
export const SAME = [
  {
    file: 'assembly/tcp/handshake/mss.ts',
    was: '<',
    text: '<=',
    in: 'LINK_MSS ?',
    why: 'the smaller of two, which are the same where they are equal',
  },
  {
    file: 'assembly/tcp/handshake/isn.ts',
    was: '+',
    text: '-',
    in: 'STEPS_PER_MS + <u32>hash',
    why: 'nobody without the key can tell the hash from what is missing from it to 2^32',
  },
  {
    file: 'assembly/tcp/handshake/random.ts',
    was: '+=',
    text: '-=',
    in: 'draws += 1',
    why: 'a count that goes down never comes twice, either',
  },
  {
    file: 'assembly/tcp/handshake/random.ts',
    was: '<<',
    text: '>>',
    in: '(<u64>8) << 56',
    why: 'the length in the last word keeps messages of different lengths apart, and all of these have one length',
  },
  {
    file: 'assembly/tcp/handshake/isn.ts',
    was: '<<',
    text: '>>',
    in: '(<u64>12) << 56',
    why: 'as above: the address is apart from what other hashes have there',
  },
  {
    file: 'assembly/tcp/arrives/synchronized.ts',
    was: '-=',
    text: '+=',
    in: 'arrived.length -= 1',
    why: 'the SYN is taken out of a length at which, once it is accepted, nobody looks: kept, since it is what the record means',
  },
];

/**
 * Is it one of them?
 *
 * @param {import('./mutants.mjs').Mutant} mutant
 * @param {string} source of its file
 */
export function isSame({ file, line, was, text }, source) {
  const code = source.split('\n')[line - 1] ?? '';
  return SAME.some((one) => one.file === file && one.was === was && one.text === text && code.includes(one.in));
}
