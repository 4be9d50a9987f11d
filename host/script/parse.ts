import peggy from 'peggy';
import type { Script } from './ast.js';
import { ScriptError } from './errors.js';
import { GRAMMAR } from './grammar.js';

interface SyntaxFault extends Error {
  location?: { start: { line: number; column: number } };
}

let parser: { parse: (text: string) => unknown } | undefined;

/** `name`: for messages. @throws ScriptError, with file, line and column */
export function parseScript(text: string, name: string): Script {
  parser ??= peggy.generate(GRAMMAR);
  try {
    return parser.parse(text) as Script;
  } catch (error) {
    const { location, message } = error as SyntaxFault;
    if (location === undefined) throw error;
    const { line, column } = location.start;
    throw new ScriptError(`${name}:${line}:${column}: ${message}`, { cause: error });
  }
}
