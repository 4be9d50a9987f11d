/** `npm run flash-page` and `npm run flash-page:build`: static files, for any web server that has https. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('.'),
  base: './',
  // A manifest that is not there is not there: no page in its place.
  appType: 'mpa',
  publicDir: false,
  build: {
    // Apache-2.0 and MIT: whoever publishes the page gives these along.
    license: { fileName: 'licenses.md' },
    outDir: at('../../build/flash-page'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
  },
  server: { fs: { allow: [at('../..')] } },
});
