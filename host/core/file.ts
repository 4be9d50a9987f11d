import { readFile } from 'node:fs/promises';

/** Compiles the module in a file. Node only: in a browser, `WebAssembly.compileStreaming(fetch(url))` does it. */
export async function loadModule(path: string | URL): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(path));
}
