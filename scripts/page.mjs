/** A page that Vite makes: at an address of this machine, or, with --build, as static files. */
import { fileURLToPath } from 'node:url';

/** @param {string} folder of the page, below host/ */
export async function servePage(folder) {
  const configFile = fileURLToPath(new URL(`../host/${folder}/vite.config.mjs`, import.meta.url));
  // Only now: whoever has just cloned has no Vite before.
  const { build, createServer } = await import('vite');
  if (process.argv.includes('--build')) {
    await build({ configFile });
    return;
  }
  const server = await createServer({ configFile });
  await server.listen();
  server.printUrls();
}
