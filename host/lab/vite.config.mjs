/** `npm run lab` and `npm run lab:build`: static files, which any web server can have, in any folder. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('page'),
  base: './',
  build: {
    outDir: at('../../build/lab'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    rollupOptions: { input: [at('page/index.html'), at('page/bench.html')] },
  },
  server: { fs: { allow: [at('../..')] } },
});
