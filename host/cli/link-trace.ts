import { monotonic, type Direction } from '../tap/index.js';
import { EVERYBODY, TraceRecorder } from '../trace/index.js';
import { Allowance } from './allowance.js';
import type { Capture } from './capture.js';
import { dataBytes, isTurn } from './glance.js';
import { amount } from './meter.js';

export interface LinkTraceOptions {
  /** Something was recorded. */
  changed: () => void;
  /** What goes by is recorded, to be drawn: all of an exchange, of a bulk transfer a part. Default true. */
  isDrawn?: boolean;
  /** Gets every frame. */
  capture?: Capture;
  /** So many bytes of data went by, lost ones left out. */
  moved?: (bytes: number) => void;
}

/** What was not drawn is said when nothing more has come for so long. */
const QUIET_MS = 200;

/** The core's name in the trace, and that of whoever is at the other end of the link. */
export const CORE = 'core';
export const KERNEL = 'kernel';
/** Why a frame was lost: nothing else loses any. */
const LOST = 'as told';

/** The frames of a link between the kernel and a core, into a trace: as many as a person can look at. */
export class LinkTrace {
  readonly recorder: TraceRecorder;
  /** Called when it is quiet, for whoever has more to record than frames. */
  onQuiet: (() => void) | undefined;
  private readonly allowance = new Allowance();
  private readonly startedAt = monotonic();
  /** What is happening is drawn. */
  private drawing: boolean;
  /** So much goes by that data is not drawn, until it is quiet. */
  private isBulk = false;
  /** What went by since and was not drawn. */
  private skipped = { frames: 0, bytes: 0 };
  private quiet: NodeJS.Timeout | undefined;

  constructor(
    core: { address: string; mac?: string },
    kernelAddress: string | undefined,
    private readonly options: LinkTraceOptions,
  ) {
    this.drawing = options.isDrawn ?? true;
    const kernel = kernelAddress === undefined ? {} : { address: kernelAddress };
    const hosts = [
      { id: KERNEL, ...kernel },
      { id: CORE, ...core },
    ];
    this.recorder = new TraceRecorder(hosts, Date.now());
  }

  /** Ms since the start. */
  get nowMs(): number {
    return monotonic() - this.startedAt;
  }

  get isDrawing(): boolean {
    return this.drawing;
  }

  /** A frame went by, as the core sees it. Says whether it was recorded. */
  frame(direction: Direction, frame: Uint8Array, timeMs: number, lost: boolean): boolean {
    const { capture, moved } = this.options;
    const at = timeMs - this.startedAt;
    const bytes = lost ? 0 : dataBytes(frame);
    capture?.frame((this.recorder.trace.epochMs ?? 0) + at, frame, lost ? LOST : undefined);
    if (bytes > 0) moved?.(bytes);
    if (!this.draws(!isTurn(frame))) {
      this.skipped.frames++;
      this.skipped.bytes += bytes;
      return false;
    }
    this.tellSkipped(at);
    const [from, to] = direction === 'in' ? [KERNEL, CORE] : [CORE, KERNEL];
    const isBroadcast = (frame[0] ?? 0) & 1;
    this.recorder.frame(at, from, isBroadcast ? EVERYBODY : to, frame, lost ? { lost: LOST } : { arrivesAt: at });
    this.options.changed();
    return true;
  }

  /** Is what happens now to be drawn, and what follows from it? */
  draws(isPlain: boolean): boolean {
    if (this.options.isDrawn === false) return false;
    this.drawing = !(this.isBulk && isPlain) && this.allowance.take(this.nowMs);
    if (!this.drawing) this.isBulk = true;
    if (this.isBulk) this.quiet = this.quiet?.refresh() ?? setTimeout(() => this.flush(), QUIET_MS);
    return this.drawing;
  }

  /** It is quiet: tells what was not drawn, and how things stand. */
  flush(): void {
    clearTimeout(this.quiet);
    this.quiet = undefined;
    this.isBulk = false;
    if (this.options.isDrawn === false) return;
    this.tellSkipped(this.nowMs);
    this.drawing = true;
    this.onQuiet?.();
  }

  /** Something to be said beside what goes by. */
  note(text: string, at = this.nowMs): void {
    this.recorder.note(at, text);
    this.options.changed();
  }

  private tellSkipped(at: number): void {
    const { frames, bytes } = this.skipped;
    if (frames === 0) return;
    this.skipped = { frames: 0, bytes: 0 };
    const data = bytes === 0 ? '' : `, with ${amount(bytes)} of data`;
    this.note(`… frames not drawn: ${frames.toLocaleString('en-US')}${data}`, at);
  }
}
