import { FRAME_BYTES, type Core } from '../core/core.js';
import { CALL_NAMES, type CallName, type CoreExports } from '../core/exports.js';
import { BOOT_RECORD, EVENT_RECORD, STATISTICS_BYTES } from '../core/layout.js';
import { callByName } from './call.js';
import { Content } from './format.js';
import { RecordingWriter } from './writer.js';

/** Where a handle's bytes are, as the core told last. */
interface Region {
  at: number;
  length: number;
}

/** The module's memory begins here (asconfig.json, `memoryBase`): nothing lies below. */
const MEMORY_BASE = 16;

/**
 * Stands between a core and its module, and writes down each call. It is put there when the core is new, before `boot`,
 * and takes part in no call: the module cannot tell. What goes past the exports (`restore`) is not recorded.
 */
export class Recorder {
  private readonly plain: CoreExports;
  private readonly memory: Uint8Array;
  private readonly writer: RecordingWriter;
  private readonly sendRegions = new Map<number, Region>();
  private readonly receiveRegions = new Map<number, Region>();
  private readonly at: { config: number; rxFrame: number; txFrame: number };

  constructor(core: Core, profile: string) {
    this.plain = core.exports;
    this.memory = new Uint8Array(this.plain.memory.buffer);
    this.writer = new RecordingWriter(profile, this.plain.heapBase);
    const exports = this.wrapped();
    Object.assign(core, { exports });
    // What a host asks first. A core has asked already: so it is asked again.
    exports.abi();
    exports.statistics();
    this.at = { config: exports.config(), rxFrame: exports.rx_frame(), txFrame: exports.tx_frame() };
  }

  /** Writes down the counters and all memory: nothing that differs there stays unseen. */
  readAll(): void {
    this.call('statistics', []);
    this.found(Content.MEMORY, MEMORY_BASE, this.plain.heapBase - MEMORY_BASE);
  }

  /** The recording, with all memory as the last that it tells of. */
  finish(): Uint8Array<ArrayBuffer> {
    this.readAll();
    return this.writer.end();
  }

  private wrapped(): CoreExports {
    const call = (name: CallName) => [name, (...args: number[]) => this.call(name, args)] as const;
    const { memory, heapBase } = this.plain;
    return { ...Object.fromEntries(CALL_NAMES.map(call)), memory, heapBase } as unknown as CoreExports;
  }

  private call(name: CallName, args: readonly number[]): number {
    this.before(name, args);
    const result = callByName(this.plain, name, args);
    this.writer.call(CALL_NAMES.indexOf(name), result, args);
    this.after(name, args[0] ?? 0, result);
    return result;
  }

  /** What the host has written for a call, and what it has read before it lets go of it. */
  private before(name: CallName, [first = 0, length = 0]: readonly number[]): void {
    if (name === 'boot') this.written(Content.BOOT_RECORD, this.at.config, BOOT_RECORD.bytes);
    else if (name === 'receive') this.written(Content.FRAME, this.at.rxFrame, Math.min(first >>> 0, FRAME_BYTES));
    else if (name === 'send') {
      const region = taken(this.sendRegions, first);
      this.written(Content.DATA, region.at, Math.min(length >>> 0, region.length));
    } else if (name === 'consume') {
      const region = taken(this.receiveRegions, first);
      this.found(Content.DATA, region.at, Math.min(length >>> 0, region.length));
    }
  }

  /** What the call has told of. */
  private after(name: CallName, handle: number, result: number): void {
    if (name === 'transmit') this.found(Content.FRAME, this.at.txFrame, result);
    else if (name === 'next_event' && result !== 0) this.found(Content.EVENT, result, EVENT_RECORD.bytes);
    else if (name === 'statistics') this.found(Content.STATISTICS, result, STATISTICS_BYTES);
    else if (name === 'send_space') regionOf(this.sendRegions, handle).length = Math.max(0, result);
    else if (name === 'send_at') regionOf(this.sendRegions, handle).at = result;
    else if (name === 'received') regionOf(this.receiveRegions, handle).length = Math.max(0, result);
    else if (name === 'received_at') regionOf(this.receiveRegions, handle).at = result;
  }

  private written(content: Content, at: number, length: number): void {
    this.writer.write(content, at, this.memory.subarray(at, at + length));
  }

  private found(content: Content, at: number, length: number): void {
    this.writer.read(content, at, this.memory.subarray(at, at + length));
  }
}

function regionOf(regions: Map<number, Region>, handle: number): Region {
  const region = regions.get(handle) ?? { at: 0, length: 0 };
  regions.set(handle, region);
  return region;
}

/** A region is good for one call: the next lies elsewhere. Nothing is known to lie at 0. */
function taken(regions: Map<number, Region>, handle: number): Region {
  const { at, length } = regionOf(regions, handle);
  regions.delete(handle);
  return { at, length: at === 0 ? 0 : length };
}
