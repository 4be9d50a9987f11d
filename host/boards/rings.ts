/** How large a module's rings are. No export tells; but the first SYN of a connection offers all of one, and the other is all to be had. */
import { Lan } from '../lan/index.js';
import { BoardError } from './errors.js';

export interface Rings {
  rxRing: number;
  txRing: number;
}

const DISCARD = 9;

/** @throws BoardError MODULE_INVALID: it is no core */
export async function ringsOf(wasm: Uint8Array<ArrayBuffer>): Promise<Rings> {
  try {
    const lan = new Lan();
    const host = lan.host('module', await WebAssembly.compile(wasm), { address: '10.0.0.2' });
    const peer = lan.raw('peer', { address: '10.0.0.9' });
    const handle = host.connect(peer, DISCARD);
    const txRing = host.core.exports.send_space(handle);
    lan.until(() => peer.segments.length > 0);
    return { rxRing: peer.lastSegment.window, txRing };
  } catch (cause) {
    throw new BoardError('MODULE_INVALID', `no module of Firmshake: ${(cause as Error).message}`, { cause });
  }
}
