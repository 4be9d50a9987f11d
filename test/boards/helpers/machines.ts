/** The machines of QEMU that boards are. */

import { MACHINES } from '../../../host/boards/launch.js';
import type { BoardName } from '../../../host/boards/index.js';
import { findCommand } from '../../../host/tap/index.js';

/** Why this board cannot run here, or undefined. */
export function machineMissing(board: BoardName): string | undefined {
  if (board === 'linux' || findCommand(MACHINES[board].command) !== undefined) return undefined;
  return `no ${MACHINES[board].command} (Debian package qemu-system-misc)`;
}
