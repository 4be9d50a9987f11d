/** Building the module into a board's firmware, and running that. */
export { BOARD_KINDS, BOARDS, ENGINES, type BoardKind, type BoardName, type Engine } from './boards.js';
export { buildFirmware, type Firmware } from './build.js';
export { BoardError, type BoardErrorCode } from './errors.js';
export { REPLAY_PROGRAMS, replayOnBoard, type BoardReplay, type BoardReplayed } from './replay.js';
export { imageOf } from './image.js';
export { freePort, launch, type Launch, type Plug, type Running } from './launch.js';
export { ringsOf } from './rings.js';
export { shapeOf } from './shape.js';
export {
  KEY_BYTES,
  runningText,
  slotStatus,
  untilServes,
  upload,
  UPLOAD_PORT,
  type Endpoint,
  type SlotStatus,
} from './uploader.js';
