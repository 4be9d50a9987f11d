/** Plays a script against a core, on a virtual clock: what it says the peer and the app do is done, and what it expects is looked for. */
import type { Trace } from '../trace/index.js';
import type { Call, Event, Moment, Script, SegmentSpec } from './ast.js';
import { callOf, type Made } from './calls.js';
import { ScriptError, ScriptFailure } from './errors.js';
import { agrees, heard, segmentText } from './notation.js';
import { Peer } from './peer.js';
import { settingsOf, type Settings } from './settings.js';
import { Sockets, type Result } from './sockets.js';
import { ScriptWire } from './wire.js';

/** `*` is not waited for longer than this. */
const LONGEST_MS = 3_600_000;

export interface Played {
  /** Undefined: all was as expected. */
  failure: ScriptFailure | undefined;
  trace: Trace;
  events: number;
}

export interface PlayOptions {
  script: Script;
  /** The file, for messages. */
  name: string;
  module: WebAssembly.Module;
  /** Whatever the core sends beyond what the script expects is a failure, also at its end. */
  isStrict?: boolean;
}

/** @throws ScriptError: the script asks for what there is not */
export function play(options: PlayOptions): Played {
  const player = new Player(options);
  let failure: ScriptFailure | undefined;
  try {
    player.play();
  } catch (error) {
    if (!(error instanceof ScriptFailure)) throw error;
    failure = error;
  }
  return { failure, trace: player.trace, events: options.script.events.length };
}

/** A call that has not come back. */
interface Waiting {
  event: Event;
  call: Call;
  made: Made;
  begunMs: number;
  endsMs: number;
}

class Player {
  private readonly settings: Settings;
  private readonly wire: ScriptWire;
  private readonly sockets: Sockets;
  private readonly peer: Peer;
  /** When the event before was. */
  private lastMs = 0;
  private waiting: Waiting | undefined;

  constructor(private readonly options: PlayOptions) {
    this.settings = settingsOf(options.script, options.name);
    this.wire = new ScriptWire(options.module, this.settings);
    this.sockets = new Sockets(this.wire.host, this.settings.remote);
    this.peer = new Peer(this.wire, this.sockets, this.settings.local);
  }

  get trace(): Trace {
    return this.wire.recorder.trace;
  }

  play(): void {
    for (const event of this.options.script.events) this.perform(event);
    if (this.waiting !== undefined) this.advance(this.waiting.endsMs + this.settings.toleranceMs);
    if (this.waiting !== undefined)
      throw this.failure(this.waiting.event, resultText(this.waiting.call), 'it blocks still');
    const [more] = this.wire.sent;
    const last = this.options.script.events.at(-1);
    if (this.options.isStrict === true && more !== undefined && last !== undefined) {
      throw this.failure(last, 'nothing more', this.heardText(more), more.atMs);
    }
  }

  private perform(event: Event): void {
    const { deed, when } = event;
    if (deed.kind === 'out') {
      this.expect(event, deed.segment);
      return;
    }
    const from = this.msOf(when.from ?? { seconds: 0, isRelative: true });
    this.advance(from);
    if (deed.kind === 'call') this.call(event, deed, from);
    else if (deed.kind === 'in') this.peer.says(deed.segment);
    else this.peer.complains(deed.message);
    this.lastMs = from;
    this.retry();
  }

  private msOf({ seconds, isRelative }: Moment): number {
    return Math.round((isRelative ? this.lastMs : 0) + seconds * 1000);
  }

  /** Lets everything happen up to a time. A time that has passed is now. */
  private advance(ms: number, isEnough: () => boolean = () => false): void {
    while (!isEnough()) {
      const next = this.wire.nextAt;
      if (next === undefined || next > ms) {
        this.wire.runTo(ms);
        break;
      }
      this.wire.runTo(next);
      this.retry();
    }
  }

  private call(event: Event, call: Call, begunMs: number): void {
    if (this.waiting !== undefined) {
      throw this.failure(
        this.waiting.event,
        resultText(this.waiting.call),
        'it blocks still, when the next call is made',
      );
    }
    const made = this.making(event, call);
    const { ends } = event.when;
    const result = made.attempt();
    if (result !== undefined) {
      this.check(event, call, result);
      return;
    }
    const endsMs = ends === undefined ? begunMs : Math.round((ends.isRelative ? begunMs : 0) + ends.seconds * 1000);
    if (ends === undefined && made.timeoutMs === undefined) throw this.failure(event, resultText(call), 'it blocks');
    this.waiting = { event, call, made, begunMs, endsMs };
    const { timeoutMs } = made;
    if (timeoutMs !== undefined) {
      this.wire.at(begunMs + timeoutMs, () => this.returns({ value: 0 }));
      if (timeoutMs === 0) this.returns({ value: 0 });
    }
  }

  private making(event: Event, call: Call): Made {
    try {
      return callOf(this.sockets, call);
    } catch (error) {
      if (error instanceof ScriptError)
        throw new ScriptError(`${this.where(event)}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /** Something has happened: perhaps what a call waits for. */
  private retry(): void {
    const result = this.waiting?.made.attempt();
    if (result !== undefined) this.returns(result);
  }

  private returns(result: Result): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    this.waiting = undefined;
    const { event, call, endsMs, begunMs, made } = waiting;
    this.check(event, call, result);
    const { nowMs } = this.wire;
    const isTimed = event.when.ends !== undefined;
    const dueMs = isTimed ? endsMs : begunMs + (made.timeoutMs ?? 0);
    if (isTimed && Math.abs(nowMs - dueMs) > this.settings.toleranceMs) {
      throw this.failure(event, `it to return at ${secondsText(dueMs)}`, `it returned at ${secondsText(nowMs)}`);
    }
  }

  private check(event: Event, call: Call, result: Result): void {
    const { result: wanted, errno } = call;
    const isValue = wanted.kind !== 'number' || wanted.value === result.value;
    if (isValue && errno === result.errno) return;
    throw this.failure(
      event,
      resultText(call),
      `${result.value}${result.errno === undefined ? '' : ` ${result.errno}`}`,
    );
  }

  private expect(event: Event, expected: SegmentSpec): void {
    const { from, until } = event.when;
    const earliest = from === undefined ? -Infinity : this.msOf(from);
    const latest =
      until !== undefined ? this.msOf(until) : from === undefined ? this.wire.nowMs + LONGEST_MS : earliest;
    const { toleranceMs } = this.settings;
    this.advance(latest + toleranceMs, () => this.wire.sent.length > 0);
    const sent = this.wire.sent.shift();
    if (sent === undefined) {
      throw this.failure(event, `> ${segmentText(expected)}`, `nothing was sent until ${secondsText(this.wire.nowMs)}`);
    }
    this.peer.hears(sent.frame, expected);
    const actual = this.peer.relative(sent.frame);
    if (!agrees(expected, actual)) {
      throw this.failure(event, `> ${segmentText(expected)}`, this.heardText(sent), sent.atMs);
    }
    if (sent.atMs < earliest - toleranceMs || sent.atMs > latest + toleranceMs) {
      const at = earliest === latest ? secondsText(earliest) : `${secondsText(earliest)} to ${secondsText(latest)}`;
      throw this.failure(event, `it at ${at}`, `it came at ${secondsText(sent.atMs)}`, sent.atMs);
    }
    this.lastMs = from === undefined || until !== undefined ? sent.atMs : earliest;
    this.retry();
  }

  private heardText({ frame, atMs }: { frame: Parameters<typeof heard>[0]; atMs: number }): string {
    return `> ${segmentText(this.peer.relative(frame))} at ${secondsText(atMs)}`;
  }

  private where({ place }: Event): string {
    return `${this.options.name}:${place.line}`;
  }

  private failure(event: Event, expected: string, actual: string, atMs = this.wire.nowMs): ScriptFailure {
    return new ScriptFailure(this.where(event), expected, actual, atMs, event.text);
  }
}

function resultText({ result, errno }: Call): string {
  const value = result.kind === 'number' ? `${result.value}` : '...';
  return errno === undefined ? value : `${value} ${errno}`;
}

function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
