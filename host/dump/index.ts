/**
 * What a board leaves when its module traps, opened on a desktop. Runs in a browser too.
 *
 * A dump is to be kept for oneself: it holds the key of the boot that trapped, and who was connected. The report does not have
 * the key.
 */
export { DumpError, type DumpErrorCode } from './errors.js';
export type { FrameReport } from './frame.js';
export { findDumps } from './log.js';
export { openDump, type DumpReport } from './report.js';
export type { ConnectionReport, Deadline } from './state/connection.js';
export type { HalfOpenReport, ListenerReport, NeighbourReport, TimeWaitReport } from './state/entries.js';
export type { IdentityReport } from './state/identity.js';
export { dumpText } from './text.js';
