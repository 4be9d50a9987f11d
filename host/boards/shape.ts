/** What a firmware has to know of the module that it embeds, and what the module alone can tell. */
import { Core } from '../core/index.js';
import { openMemory } from '../dump/memory.js';
import { BoardError } from './errors.js';

export interface Shape {
  /** Bytes of linear memory: `__heap_base`. */
  memoryBytes: number;
  /** Where all rings are. */
  ringsAt: number;
  ringsBytes: number;
}

/** Any host will do: it is booted to have its pools. */
const ANYBODY = { mac: '02:46:53:00:00:02', address: '10.0.0.2', prefixLength: 24, key: new Uint8Array(16).fill(1) };

/** @throws BoardError MODULE_INVALID: it is no core */
export async function shapeOf(wasm: Uint8Array<ArrayBuffer>, rxRing: number, txRing: number): Promise<Shape> {
  try {
    const core = new Core(await WebAssembly.compile(wasm));
    core.boot(ANYBODY, 0);
    const { exports } = core;
    const memoryBytes = exports.heapBase;
    const header = {
      memoryBytes,
      configAt: exports.config(),
      rxFrameAt: exports.rx_frame(),
      txFrameAt: exports.tx_frame(),
      statisticsAt: exports.statistics(),
      rxRing,
      txRing,
    };
    const { at, pools } = openMemory(header, new Uint8Array(exports.memory.buffer, 0, memoryBytes));
    return { memoryBytes, ringsAt: at.rings, ringsBytes: pools.CONNECTIONS.capacity * (rxRing + txRing) };
  } catch (cause) {
    throw new BoardError('MODULE_INVALID', `no module of Firmshake: ${(cause as Error).message}`, { cause });
  }
}
