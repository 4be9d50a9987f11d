import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command was asked for something that cannot be: one line that says what was wrong and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'ERR_USAGE';
}

/** An option as the help shows it. */
export interface OptionHelp {
  type: 'string' | 'boolean';
  multiple?: boolean;
  /** What stands for its value: `PORT`. */
  value?: string;
  help: string;
}

export type OptionTable = Readonly<Record<string, OptionHelp>>;

/** What was given, by name; an option that may be repeated is a list. */
export interface Given {
  flag(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): string[];
  /** What follows `--`. */
  readonly rest: string[];
  /** What stands without an option. */
  readonly files: string[];
}

/** @throws UsageError: an option that there is not, or a value too few or too many */
export function parse(
  options: OptionTable,
  args: readonly string[],
  { takesRest = false, takesFiles = false }: { takesRest?: boolean | undefined; takesFiles?: boolean | undefined } = {},
): Given {
  const end = takesRest ? args.indexOf('--') : -1;
  const own = end < 0 ? [...args] : args.slice(0, end);
  const rest = end < 0 ? [] : args.slice(end + 1);
  const { values, positionals: files } = valuesOf(options, own, takesFiles);
  return {
    rest,
    files,
    flag: (name) => values[name] === true,
    text: (name) => {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

function valuesOf(
  options: OptionTable,
  args: string[],
  allowPositionals: boolean,
): { values: Values; positionals: string[] } {
  const config: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, { type, multiple }] of Object.entries(options))
    config[name] = { type, multiple: multiple === true };
  try {
    return parseArgs({ options: config, args, strict: true, allowPositionals });
  } catch (error) {
    const [reason = 'not understood'] = (error as Error).message.split(/[.\n]/);
    throw new UsageError(
      `${reason}; allowed: ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(' ')}`,
    );
  }
}

/** A whole number in a range. @throws UsageError */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} ${text}: a whole number from ${least} to ${most} is allowed`);
}

/** A number in a range, fractions allowed. @throws UsageError */
export function fraction(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} ${text}: a number from ${least} to ${most} is allowed`);
}

/** One of a few words. @throws UsageError */
export function oneOf<W extends string>(name: string, text: string, words: readonly W[]): W {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} ${text}: allowed are ${words.join(', ')}`);
}

/** The options as lines of the help. */
export function optionLines(options: OptionTable): string {
  const heads = Object.entries(options).map(
    ([name, { value }]) => `--${name}${value === undefined ? '' : ` ${value}`}`,
  );
  const width = Math.max(...heads.map((head) => head.length));
  return Object.values(options)
    .map(({ help }, index) => `  ${(heads[index] ?? '').padEnd(width)}  ${help}`)
    .join('\n');
}
