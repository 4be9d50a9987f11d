/** `npm run flash-page`: the page at an address of this machine. `npm run flash-page:build`: as static files, in build/flash-page. */
import { install } from './install.mjs';
import { servePage } from './page.mjs';

await install();
await servePage('flash-page');
