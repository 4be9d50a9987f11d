import { Core } from '../core/core.js';
import { CALL_NAMES, type CallName } from '../core/exports.js';
import { callByName } from './call.js';
import { ReplayError } from './errors.js';
import { Content, RecordKind, type BytesRecord, type CallRecord, type ReplayRecord } from './format.js';
import { readHeader, readRecords } from './reader.js';

/** What was compared, and found to be the same. */
export interface ReplayCounts {
  calls: number;
  framesIn: number;
  framesOut: number;
  deadlines: number;
  events: number;
  /** Bytes that apps have read. */
  bytesRead: number;
}

/** As a line, the same on boards. */
export function countsText({ calls, framesIn, framesOut, deadlines, events, bytesRead }: ReplayCounts): string {
  const frames = `${framesIn} frames in, ${framesOut} frames out`;
  return `${calls} calls, ${frames}, ${deadlines} deadlines, ${events} events, ${bytesRead} bytes read: identical`;
}

/** Most bytes that a difference shows. */
const SHOWN = 8;

/**
 * Makes a recording's calls anew, on a new core of this module, and compares all that comes of them.
 * @throws ReplayError REPLAY_NO_RECORDING, REPLAY_OTHER_MODULE, REPLAY_CUT_SHORT, REPLAY_DAMAGED, REPLAY_DIFFERS: the
 * first difference
 */
export function replay(module: WebAssembly.Module, recording: Uint8Array, profile?: string): ReplayCounts {
  const core = new Core(module);
  const header = readHeader(recording);
  if (profile !== undefined && header.profile !== profile) {
    throw new ReplayError('REPLAY_OTHER_MODULE', `the recording is of profile ${header.profile}, not ${profile}`);
  }
  if (header.memoryBytes !== core.memoryBytes) {
    const message = `the recording is of a module with ${header.memoryBytes} bytes of memory, not ${core.memoryBytes}`;
    throw new ReplayError('REPLAY_OTHER_MODULE', message);
  }
  return new Replayer(core).run(readRecords(recording));
}

class Replayer {
  private readonly counts: ReplayCounts = {
    calls: 0,
    framesIn: 0,
    framesOut: 0,
    deadlines: 0,
    events: 0,
    bytesRead: 0,
  };
  private readonly memory: Uint8Array;
  /** The call that was made last, as a message tells it. */
  private last = 'before the first call';

  constructor(private readonly core: Core) {
    this.memory = new Uint8Array(core.exports.memory.buffer, 0, core.memoryBytes);
  }

  run(records: Generator<ReplayRecord, void, undefined>): ReplayCounts {
    for (const record of records) {
      if (record.kind === RecordKind.CALL) this.call(record, records);
      else if (record.kind === RecordKind.WRITE) this.write(record);
      else if (record.kind === RecordKind.READ) this.read(record);
    }
    return this.counts;
  }

  private call({ call, result: expected, args }: CallRecord, following: Iterator<ReplayRecord, void>): void {
    const name = CALL_NAMES[call] as CallName;
    this.counts.calls++;
    this.last = `call ${this.counts.calls}: ${name}(${args.join(', ')})`;
    const came = this.made(name, args, expected);
    if (name === 'next_deadline') this.counts.deadlines++;
    if (came === expected) return;
    if (name !== 'transmit') throw this.differs(`${expected} expected, ${came} came`);
    const where = this.whereFramesDiffer(came, expected === 0 ? undefined : (following.next().value ?? undefined));
    throw this.differs(`${expected} bytes expected, ${came} came${where}`);
  }

  private made(name: CallName, args: readonly number[], expected: number): number {
    try {
      return callByName(this.core.exports, name, args);
    } catch (cause) {
      if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
      throw this.differs(`${expected} expected, a trap came: ${cause.message}`);
    }
  }

  /** A frame of another length: what was expected stands in the next record. */
  private whereFramesDiffer(came: number, next: ReplayRecord | undefined): string {
    if (came <= 0 || next?.kind !== RecordKind.READ) return '';
    const common = Math.min(came, next.bytes.length);
    const at = firstDifference(next.bytes.subarray(0, common), this.bytesAt(next.address, common));
    return at < 0 ? `; the first ${common} are the same` : `; differs at byte ${at}`;
  }

  private write({ content, address, bytes }: BytesRecord): void {
    this.bytesAt(address, bytes.length).set(bytes);
    if (content === Content.FRAME) this.counts.framesIn++;
  }

  private read({ content, address, bytes }: BytesRecord): void {
    const came = this.bytesAt(address, bytes.length);
    const at = firstDifference(bytes, came);
    if (at >= 0) {
      const what = `${nameOf(content)} of ${bytes.length} bytes at ${address}`;
      throw this.differs(`${what}: differs at byte ${at}: ${hex(bytes, at)} expected, ${hex(came, at)} came`);
    }
    if (content === Content.FRAME) this.counts.framesOut++;
    if (content === Content.EVENT) this.counts.events++;
    if (content === Content.DATA) this.counts.bytesRead += bytes.length;
  }

  private bytesAt(address: number, length: number): Uint8Array {
    if (address + length <= this.memory.length) return this.memory.subarray(address, address + length);
    throw new ReplayError('REPLAY_DAMAGED', `the recording is damaged: ${length} bytes at ${address} are no memory`);
  }

  private differs(how: string): ReplayError {
    return new ReplayError('REPLAY_DIFFERS', `${this.last}: ${how}`);
  }
}

/** -1: they are the same. */
function firstDifference(expected: Uint8Array, came: Uint8Array): number {
  return expected.findIndex((byte, i) => byte !== came[i]);
}

function nameOf(content: Content): string {
  return Content[content].toLowerCase().replace('_', ' ');
}

function hex(bytes: Uint8Array, at: number): string {
  return [...bytes.subarray(at, at + SHOWN)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
