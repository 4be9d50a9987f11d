/**
 * Flashing ESP32 boards over a serial port. The page takes what it needs from the files that know no Node;
 * `flash.ts` is for whoever flashes, and not here: it brings esptool-js along.
 */
export { CHIPS, familyOf, isChip, type Chip } from './chips.js';
export { FlashError, type FlashErrorCode } from './errors.js';
export type { Flashed, FlashOptions, FlashProgress } from './flash.js';
export { DEFAULT_BAUD } from './port/serial.js';
export { readFolder, readPart } from './folder.js';
export { forChip, readBuild, type ImageSet, type Listing } from './images.js';
export { LogLines, PAUSE_MS, timeOf, type LogLine } from './log-lines.js';
export { listPorts, portAt, type PortInfo } from './port/ports.js';
