/** `npm run build`: the layout files, the modules, the host and what firmware embeds, each only when its sources have changed. */
import { pathToFileURL } from 'node:url';
import { buildHost } from './build-host.mjs';
import { buildWasm } from './build-wasm.mjs';
import { buildLayout } from './build-layout.mjs';
import { buildModules } from './build-modules.mjs';
import { install } from './install.mjs';
import { checkNodeVersion } from './node-version.mjs';

/** Brings node_modules and build/ up to date. What is so already costs some 20 ms. */
export async function ready() {
  checkNodeVersion();
  await install();
  await buildLayout();
  const results = await Promise.allSettled([buildWasm(), buildHost()]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  await buildModules();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ready().catch((/** @type {Error} */ error) => {
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  });
}
