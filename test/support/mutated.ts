/** The core with one thing wrong, on purpose: compiled from its sources, of which one is changed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../host/build/constants.js';

export interface Edit {
  /** Below assembly/. */
  file: string;
  from: string;
  to: string;
}

/** @throws when the file has no such text, or has it twice; when the core does not compile so */
export async function mutated({ file, from, to }: Edit, target = 'lan'): Promise<Uint8Array<ArrayBuffer>> {
  const name = `assembly/${file}`;
  const source = readFileSync(path.join(ROOT, name), 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${name} is to have this once: ${from}`);
  const { main, createMemoryStream } = await import('assemblyscript/asc');
  const messages = createMemoryStream();
  let wasm: Uint8Array | undefined;
  // Quickly: what is tried is the source.
  const quick = ['--optimizeLevel', '1', '--shrinkLevel', '0', '--outFile', 'core.wasm', '--textFile', ''];
  const { error } = await main(['assembly/index.ts', '--baseDir', ROOT, '--target', target, ...quick], {
    stdout: createMemoryStream(),
    stderr: messages,
    readFile: (asked, baseDir) => {
      if (asked === name) return source.replace(from, () => to);
      try {
        return readFileSync(path.resolve(baseDir, asked), 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (_, contents) => void (wasm = contents as Uint8Array),
  });
  if (error !== null || wasm === undefined) throw new Error(`${name} does not compile: ${messages.toString()}`);
  return new Uint8Array(wasm);
}
