import type { Given, OptionTable } from './usage.js';

/** A subcommand. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** How it is called, after its name. */
  readonly synopsis: string;
  readonly options: OptionTable;
  /** Does it take a command to run after `--`? */
  readonly takesRest?: boolean;
  /** Does it take files, as many as there are? */
  readonly takesFiles?: boolean;
  /** The option that the first argument stands for, where it begins with no dash. */
  readonly first?: string;
  readonly examples: readonly string[];
  /** Gives the exit code. */
  run(given: Given): Promise<number>;
}
