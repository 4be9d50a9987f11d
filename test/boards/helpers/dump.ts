/** What a trap leaves, and what of it the scenes tell their tests. */

import { findDumps, openDump } from '../../../host/dump/index.js';

export interface Dump {
  bytes: number;
  abi: number;
  restarts: number;
  call: string;
  reason: string;
  profile: string;
  /** The frame that was received last, in hex. */
  frame: string | undefined;
  /** Ports of the peers that were connected. */
  peers: number[];
  doubts: string[];
}

/** The dumps in a file or on a log, in order. */
export function dumpsIn(file: Uint8Array): Dump[] {
  return findDumps(file).map((dump) => {
    const { board, trap, lastFrame, connections, doubts } = openDump(dump);
    return {
      bytes: dump.length,
      abi: board.abi,
      restarts: board.restarts,
      call: trap.call,
      reason: trap.reason,
      profile: board.profile,
      frame: lastFrame?.hex,
      peers: connections.map(({ remote }) => remote.port),
      doubts,
    };
  });
}
