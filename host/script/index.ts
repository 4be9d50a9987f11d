/** Scripts in packetdrill's language, played against a core on a virtual clock. */
export type { Script } from './ast.js';
export { ScriptError, ScriptFailure } from './errors.js';
export { parseScript } from './parse.js';
export { play, type Played } from './player.js';
