/** Building the module into a board's firmware, and running that. */
export { BOARD_KINDS, BOARDS, ENGINES, type BoardKind, type BoardName, type Engine } from './boards.js';
export { buildFirmware, type Firmware } from './build.js';
export { BoardError, type BoardErrorCode } from './errors.js';
