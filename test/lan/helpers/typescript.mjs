/**
 * Lets plain Node run the project's .ts files: `node --import ./test/lan/helpers/typescript.mjs script.ts`. A test on
 * a LAN has to be a process of its own, since only a new process can be put into a namespace; this compiles with the
 * typescript that builds the project. Loading that takes a second, so its output is kept in node_modules/.cache under
 * the hash of what it was made from: it is never out of date.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// Node runs the hooks in a thread of their own, from this same file.
if (isMainThread) register(import.meta.url);

const CACHE = new URL('../../../node_modules/.cache/firmshake-test/', import.meta.url);

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    // as in TypeScript, an import of './x.js' means './x.ts'
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/^\..*\.js$/.test(specifier)) throw error;
    return await next(specifier.replace(/\.js$/, '.ts'), context);
  }
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return await next(url, context);
  const input = await readFile(new URL(url), 'utf8');
  const kept = new URL(`${createHash('sha256').update(url).update(input).digest('hex')}.mjs`, CACHE);
  const source = await readFile(kept, 'utf8').catch(() => compile(url, input, kept));
  return { format: 'module', source, shortCircuit: true };
}

async function compile(url, input, kept) {
  const { default: compiler } = await import('typescript');
  const { outputText } = compiler.transpileModule(input, {
    fileName: url,
    compilerOptions: {
      module: 'esnext',
      target: 'es2022',
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
  });
  // by rename, since other processes read it; a user who may not write there compiles each time
  const partial = new URL(`${kept.href}.${process.pid}`);
  await mkdir(CACHE, { recursive: true })
    .then(() => writeFile(partial, outputText))
    .then(() => rename(partial, kept))
    .catch(() => {});
  return outputText;
}
