import type { Command } from './command.js';
import { ACTS } from './demo/acts.js';
import type { Played } from './demo/played.js';
import { playReal } from './demo/real.js';
import { handshake } from './demo/handshake.js';
import { FLAGS, packetOf } from './lose.js';
import { profileModule, profileOf } from './modules.js';
import { drawLadder, NUMBERS_OPTION, numbersOf, print, printJson, writeCapture } from './output.js';
import type { Numbers } from '../trace/index.js';
import { fraction, UsageError, wholeNumber, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  act: { type: 'string', value: 'N', help: `only this one, 1 to ${ACTS.length + 1}` },
  lose: { type: 'string', value: 'PACKET', help: 'a handshake of your own: lose the first syn, syn-ack or ack' },
  loss: { type: 'string', value: '0-1', help: 'a handshake of your own: lose frames by chance' },
  seed: { type: 'string', value: 'N', help: 'where chance begins (default 1); the same seed is the same run' },
  profile: { type: 'string', value: 'NAME', help: 'tiny, lan (default) or gateway' },
  numbers: NUMBERS_OPTION,
  pcap: { type: 'string', value: 'FILE', help: 'write the frames for Wireshark (with --act, --lose or --loss)' },
  json: { type: 'boolean', help: 'the conclusions as JSON' },
};

function show(number: number, { title, conclusion, trace }: Played, numbers: Numbers): void {
  print(`\n── ${number === 0 ? '' : `Act ${number}: `}${title} ──\n`);
  print(drawLadder(trace, numbers));
  print(`  → ${conclusion}\n`);
}

export const demo: Command = {
  name: 'demo',
  summary: 'Six short acts on a simulated LAN, each a ladder and what it shows; a seventh with the real kernel.',
  synopsis: '[--act N | --lose PACKET | --loss 0.2] [--seed N] [OPTIONS]',
  options: OPTIONS,
  examples: [
    'firmshake demo',
    'firmshake demo --act 5',
    'firmshake demo --lose ack',
    'firmshake demo --loss 0.3 --seed 7',
  ],
  async run(given) {
    const seed = wholeNumber('seed', given.text('seed') ?? '1', 0, 0xffffffff);
    const module = await profileModule(profileOf(given.text('profile')));
    const numbers = numbersOf(given.text('numbers'));
    const lose = given.text('lose');
    const loss = given.text('loss');
    const only = given.text('act');
    const file = given.text('pcap');
    const isOwn = lose !== undefined || loss !== undefined;
    if (isOwn && only !== undefined) throw new UsageError('--act, or --lose and --loss: one of the two');
    if (file !== undefined && !isOwn && only === undefined)
      throw new UsageError('--pcap needs --act, --lose or --loss');

    const isReal = Number(only) === ACTS.length + 1;
    if (isReal && (file !== undefined || given.flag('json'))) {
      throw new UsageError(`--act ${only ?? ''} takes neither --pcap nor --json; firmshake lan does`);
    }

    const played: { number: number; played: Played }[] = [];
    if (isOwn) {
      const faults = { loss: fraction('loss', loss ?? '0', 0, 1) };
      const flags = lose === undefined ? undefined : FLAGS[packetOf(lose)];
      played.push({
        number: 0,
        played: handshake(module, { seed, faults, ...(flags === undefined ? {} : { flags }) }),
      });
    } else {
      const number = only === undefined ? undefined : wholeNumber('act', only, 1, ACTS.length + 1);
      for (const [index, act] of ACTS.entries()) {
        if (number === undefined || number === index + 1) played.push({ number: index + 1, played: act(module, seed) });
      }
    }
    const isJson = given.flag('json');
    if (!isJson) for (const one of played) show(one.number, one.played, numbers);
    if (isJson) printJson(played.map(({ played: { title, conclusion } }) => ({ title, conclusion })));
    const [first] = played;
    if (file !== undefined && first !== undefined) await writeCapture(file, first.played.trace);
    const wantsReal = !isOwn && !isJson && (only === undefined || isReal);
    return wantsReal ? playReal(ACTS.length + 1) : 0;
  },
};
