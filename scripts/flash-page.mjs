/** `npm run flash-page`: the page at an address of this machine. `npm run flash-page:build`: as static files, in build/flash-page. */
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const configFile = fileURLToPath(new URL('../host/flash-page/vite.config.mjs', import.meta.url));

await install();
// Only now: whoever has just cloned has no Vite before.
const { build, createServer } = await import('vite');
if (process.argv.includes('--build')) {
  await build({ configFile });
} else {
  const server = await createServer({ configFile });
  await server.listen();
  server.printUrls();
}
