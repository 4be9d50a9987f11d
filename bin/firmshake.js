#!/usr/bin/env node
// The `firmshake` command. In a clone it first installs and builds what is missing or older than its sources.
import { ready } from '../scripts/build.mjs';

// Whoever reads along has seen enough: `firmshake simulate --seed 7 --ladder | head`.
process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await ready();
} catch (error) {
  console.error(`firmshake: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}

const main = new URL('../build/host/cli/main.js', import.meta.url);
const { run } = await import(main.href);
process.exitCode = await run(process.argv.slice(2));
