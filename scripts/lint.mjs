/** `npm run lint`. */
import { install } from './install.mjs';
import { checkNodeVersion } from './node-version.mjs';

checkNodeVersion();
await install();
const { lint } = await import('./suites/lint.mjs');
const { failed } = await lint();
process.exitCode = failed === 0 ? 0 : 1;
