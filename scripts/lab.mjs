/** `npm run lab`: the page at an address of this machine. `npm run lab:build`: as static files, in build/lab. */
import { ready } from './build.mjs';
import { servePage } from './page.mjs';

await ready();
await servePage('lab');
