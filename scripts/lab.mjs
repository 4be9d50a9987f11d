/** `npm run lab`: the page at an address of this machine. `npm run lab:build`: as static files, in build/lab. */
import { fileURLToPath } from 'node:url';
import { ready } from './build.mjs';

const configFile = fileURLToPath(new URL('../host/lab/vite.config.mjs', import.meta.url));

await ready();
// Only now: whoever has just cloned has no Vite before.
const { build, createServer } = await import('vite');
if (process.argv.includes('--build')) {
  await build({ configFile });
} else {
  const server = await createServer({ configFile });
  await server.listen();
  server.printUrls();
}
