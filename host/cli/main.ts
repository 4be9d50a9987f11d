import { ProfileError } from '../build/check-sizes.js';
import { DumpError } from '../dump/errors.js';
import { LanError } from '../tap/errors.js';
import type { Command } from './command.js';
import { bench } from './bench.js';
import { build } from './build.js';
import { demo } from './demo.js';
import { dump } from './dump.js';
import { fetch } from './fetch.js';
import { flash } from './flash.js';
import { lan } from './lan.js';
import { monitor } from './monitor.js';
import { record } from './record.js';
import { replay } from './replay.js';
import { run as runBoard } from './run.js';
import { script } from './script.js';
import { simulate } from './simulate.js';
import { size } from './size.js';
import { upload } from './upload.js';
import { optionLines, parse, UsageError } from './usage.js';

const COMMANDS: readonly Command[] = [
  demo,
  lan,
  fetch,
  runBoard,
  build,
  size,
  dump,
  record,
  replay,
  script,
  simulate,
  bench,
  flash,
  monitor,
  upload,
];
const HELP = { help: { type: 'boolean', help: 'show this' } } as const;

/**
 * The `firmshake` command. Gives the exit code: 0 all went well, 1 something did not, 2 the command line is wrong.
 */
export async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(overview());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  try {
    if (command === undefined) {
      throw new UsageError(`no command '${name}'; there are: ${COMMANDS.map((one) => one.name).join(', ')}`);
    }
    const given = parse({ ...command.options, ...HELP }, named(command, rest), command);
    if (given.flag('help')) {
      process.stdout.write(helpOf(command));
      return 0;
    }
    return await command.run(given);
  } catch (error) {
    return report(error, command?.name);
  }
}

/** The arguments, with the first one by its option's name where a command takes it so. A dash alone is no option. */
function named({ first }: Command, args: readonly string[]): readonly string[] {
  const [value, ...rest] = args;
  const isOption = value?.startsWith('-') === true && value !== '-';
  return first === undefined || value === undefined || isOption ? args : [`--${first}`, value, ...rest];
}

/** One line for what a person can mend; the whole story for what only we can. */
function report(error: unknown, command: string | undefined): number {
  const head = command === undefined ? 'firmshake' : `firmshake ${command}`;
  if (error instanceof UsageError || error instanceof ProfileError || error instanceof DumpError) {
    process.stderr.write(`${head}: ${error.message}\n`);
    return 2;
  }
  if (error instanceof LanError || (error instanceof Error && 'code' in error)) {
    process.stderr.write(`${head}: ${error.message}\n`);
    // An argument that only the system could judge is a wrong command line all the same.
    return error instanceof LanError && error.code === 'BAD_ARGUMENT' ? 2 : 1;
  }
  throw error;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `firmshake: a TCP stack for microcontrollers, here on a desktop

usage: firmshake COMMAND [OPTIONS]     firmshake COMMAND --help

${lines.join('\n')}

exit codes: 0 all went well; 1 something did not; 2 the command line is wrong
`;
}

function helpOf({ name, summary, synopsis, options, examples }: Command): string {
  return `${summary}

usage: firmshake ${name} ${synopsis}

${optionLines({ ...options, ...HELP })}

${examples.map((example) => `  ${example}\n`).join('')}`;
}
