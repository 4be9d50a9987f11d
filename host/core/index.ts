/** The core on a desktop. Runs in a browser too; `file.js`, which reads files, is apart. */
export { formatAddress, formatMac, parseAddress, parseMac, randomMac } from './address.js';
export * from './core.js';
export { CoreError, errnoName, type CoreErrorCode, type ErrnoName } from './errors.js';
export { ABI, type CoreExports } from './exports.js';
export { Drop, Errno, EventKind, Pending, PoolName, State } from './layout.js';
export { portOf, type CorePort } from './port.js';
export type { CounterName, DropName, PoolKey, PoolUse, Statistics } from './statistics.js';
