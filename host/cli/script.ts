import { readFile, writeFile } from 'node:fs/promises';
import { loadModule } from '../core/file.js';
import { parseScript, play, ScriptError, type Played } from '../script/index.js';
import { wireToPcapng } from '../trace/index.js';
import type { Command } from './command.js';
import { modulePath } from './modules.js';
import { drawLadder, NUMBERS_OPTION, numbersOf, print } from './output.js';
import { oneOf, UsageError, type OptionTable } from './usage.js';

/** `conformance`: rings of 64 KiB, and so a window of 65,535 bytes. */
const PROFILES = ['conformance', 'lan', 'tiny'] as const;

const OPTIONS: OptionTable = {
  profile: {
    type: 'string',
    value: 'NAME',
    help: `${PROFILES.join(', ')} (default conformance: windows of 65,535 bytes)`,
  },
  strict: { type: 'boolean', help: 'what is sent beyond what a script expects is a failure, also at its end' },
  ladder: { type: 'boolean', help: 'draws the run of each script, not only of those that fail' },
  pcap: { type: 'string', value: 'FILE', help: 'the frames, for Wireshark (of one script)' },
  numbers: NUMBERS_OPTION,
};

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  });
}

/** @throws UsageError: it is no script */
async function played(file: string, module: WebAssembly.Module, isStrict: boolean): Promise<Played> {
  const text = await read(file);
  try {
    return play({ script: parseScript(text, file), name: file, module, isStrict });
  } catch (error) {
    if (error instanceof ScriptError) throw new UsageError(error.message);
    throw error;
  }
}

export const script: Command = {
  name: 'script',
  summary: "Plays scripts in packetdrill's language against the core, on a virtual clock.",
  synopsis: 'FILE… [--profile NAME] [--strict] [--ladder] [--pcap FILE]',
  options: OPTIONS,
  takesFiles: true,
  examples: [
    'firmshake script test/conformance/scripts/handshake/figure-6.pkt --ladder',
    'firmshake script my.pkt --pcap run.pcapng --profile lan',
  ],
  async run(given) {
    const files = given.files;
    if (files.length === 0) throw new UsageError('a FILE is needed: a script');
    const pcap = given.text('pcap');
    if (pcap !== undefined && files.length > 1) throw new UsageError('--pcap: of one script, not of several');
    const numbers = numbersOf(given.text('numbers'));
    const profile = oneOf('profile', given.text('profile') ?? 'conformance', PROFILES);
    const module = await loadModule(modulePath(profile));
    let failures = 0;
    for (const file of files) {
      const { failure, trace, events } = await played(file, module, given.flag('strict'));
      print(failure === undefined ? `passed  ${file}: ${events} events` : `FAILED  ${file}`);
      if (failure !== undefined) {
        failures++;
        print(`\n${failure.where}: ${failure.line}\n  at        ${(failure.atMs / 1000).toFixed(3)} s`);
        print(`  expected  ${failure.expected}\n  actual    ${failure.actual}\n`);
      }
      if (failure !== undefined || given.flag('ladder')) print(drawLadder(trace, numbers));
      if (pcap !== undefined) {
        await writeFile(pcap, wireToPcapng(trace)).catch((error: unknown) => {
          throw new UsageError(`${pcap} cannot be written: ${(error as Error).message}`);
        });
      }
    }
    if (files.length > 1) print(`${files.length - failures} passed, ${failures} failed`);
    return failures === 0 ? 0 : 1;
  },
};
