/** Traces, captures and ladder diagrams. Runs in a browser too; `file.js`, which writes files, is apart. */
export * from './decode.js';
export { TraceError, type TraceErrorCode } from './error.js';
export { formatAddress, formatMac, fromHex, toHex } from './bytes.js';
export * from './trace.js';
export { type FrameFate, TraceRecorder } from './recorder.js';
export { traceFromJson, traceToJson } from './trace-json.js';
export { ladder, type LadderOptions, type Numbers } from './ladder.js';
export * from './pcapng.js';
export { traceToPcapng, wireToPcapng, writeTrace } from './trace-pcapng.js';
