/** A recording of a board's core (`firmshake … --record`, host/replay), made again call by call. */
import { Core } from '../../core/index.js';
import { CALL_NAMES, type CallName } from '../../core/exports.js';
import { callByName } from '../../replay/call.js';
import { ReplayError } from '../../replay/errors.js';
import { Content, MAGIC, RecordKind, type CallRecord, type ReplayRecord } from '../../replay/format.js';
import { readHeader, readRecords } from '../../replay/reader.js';
import { endsOf, MOST_FRAMES, type Recorded } from './recorded.js';
import { LabError } from './errors.js';
import { Camera, type HostPicture } from './picture.js';

/** Calls that tell the time: it is their last argument. */
const TIMED: readonly CallName[] = [
  'boot',
  'receive',
  'transmit',
  'next_deadline',
  'expire',
  'connect',
  'set_option',
  'close',
];

export function isRecording(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/** @throws LabError LAB_BAD_FILE */
export function traceOfRecording(module: WebAssembly.Module, bytes: Uint8Array): Recorded {
  try {
    const { memoryBytes, profile } = readHeader(bytes);
    const core = new Core(module);
    if (memoryBytes !== core.memoryBytes) {
      throw new LabError('LAB_BAD_FILE', `it is of the profile ${profile}, and the lab has the profile lan`);
    }
    return new Again(core).run(readRecords(bytes));
  } catch (error) {
    if (error instanceof ReplayError) throw new LabError('LAB_BAD_FILE', error.message);
    throw error;
  }
}

/** Makes the calls once more, and looks at what comes of them. */
class Again {
  private readonly memory: Uint8Array;
  private readonly recorded: Recorded = { trace: { version: 1, hosts: [], records: [] }, moments: [] };
  private camera: Camera | undefined;
  private address = 'board';
  private start: number | undefined;
  private nowMs = 0;
  private timerMs: number | undefined;
  private arriving: Uint8Array | undefined;
  private isSending = false;

  constructor(private readonly core: Core) {
    this.memory = new Uint8Array(core.exports.memory.buffer);
  }

  run(records: Generator<ReplayRecord, void, undefined>): Recorded {
    for (const record of records) {
      if (this.recorded.trace.records.length >= MOST_FRAMES) break;
      if (record.kind === RecordKind.WRITE) {
        this.memory.set(record.bytes, record.address);
        if (record.content === Content.FRAME) this.arriving = record.bytes.slice();
      } else if (record.kind === RecordKind.READ) {
        if (record.content === Content.FRAME && this.isSending) this.frame(record.bytes.slice());
        this.isSending = false;
      } else if (record.kind === RecordKind.CALL) {
        this.call(record);
      }
    }
    return this.recorded;
  }

  private call({ call, args, result }: CallRecord): void {
    const name = CALL_NAMES[call];
    if (name === undefined) return;
    if (TIMED.includes(name)) this.tell(args.at(-1));
    if (name === 'receive' && this.arriving !== undefined) this.frame(this.arriving);
    callByName(this.core.exports, name, args);
    if (name === 'boot') this.camera = new Camera(this.core);
    this.isSending = name === 'transmit' && result > 0;
    if (name === 'next_deadline') this.timerMs = result < 0 ? undefined : this.nowMs + result;
    this.look();
  }

  private tell(now: number | undefined): void {
    if (now === undefined) return;
    this.start ??= now;
    // The core's clock is a u32 of ms that wraps.
    this.nowMs = (now - this.start) >>> 0;
  }

  private frame(bytes: Uint8Array): void {
    const ends = endsOf(bytes);
    if (this.isSending && this.address === 'board') this.address = ends.from;
    this.recorded.trace.records.push({ kind: 'frame', at: this.nowMs, ...ends, bytes });
    this.arriving = undefined;
  }

  private look(): void {
    if (this.camera === undefined) return;
    const { moments } = this.recorded;
    const picture = this.camera.picture(this.address, this.timerMs);
    const last = moments.at(-1);
    if (last?.atMs === this.nowMs) moments.pop();
    else if (last !== undefined && isSame(last.hosts[0], picture)) return;
    moments.push({ atMs: this.nowMs, hosts: [picture] });
  }
}

function isSame(a: HostPicture | undefined, b: HostPicture): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
