/** Where an act is played: hosts on a simulated LAN, and what they are to do when. */
import { Lan, type CoreHost, type RawHost } from '../../lan/index.js';
import type { Trace } from '../../trace/index.js';
import type { Edit } from './edit.js';
import { forged } from './forge.js';
import { Camera, type HostPicture } from './picture.js';
import { ToyServer, type ToyRules } from './toy.js';

export const PORT = 80;
/** How long a frame is under way: as on a LAN, and long enough to be seen. */
const LATENCY_MS = 1;
/** Hosts announce themselves and learn of each other before the run begins. */
const WARM_UP_MS = 50;
/** A port where nobody listens. */
const CLOSED_PORT = 9;

export class Stage {
  readonly lan: Lan;
  /** When the run began, on the LAN's clock: 0 until then. */
  private beginMs = 0;
  private readonly pictures: (() => HostPicture)[] = [];

  constructor(
    private readonly module: WebAssembly.Module,
    seed: number,
  ) {
    this.lan = new Lan({ seed, latencyMs: LATENCY_MS, trace: true });
  }

  core(name: string, address: string): CoreHost {
    const host = this.lan.host(name, this.module, { address });
    const camera = new Camera(host.core);
    this.pictures.push(() => {
      const timer = host.nextWakeUpMs;
      return camera.picture(name, timer === undefined ? undefined : timer - this.beginMs);
    });
    return host;
  }

  /** A host that is played by the act. */
  raw(name: string, address: string, options: { promiscuous?: boolean } = {}): RawHost {
    return this.lan.raw(name, { address, ...options });
  }

  toy(name: string, address: string, rules: ToyRules): ToyServer {
    const toy = new ToyServer(this.lan.raw(name, { address }), PORT, rules);
    this.pictures.push(() => toy.picture());
    return toy;
  }

  /** These know each other's MAC when the run begins: ARP does not stand between the reader and the handshake. */
  introduce(from: CoreHost, to: { address: string }): void {
    from.close(from.connect(to, CLOSED_PORT, 1_000));
    this.lan.for(WARM_UP_MS);
    from.close(from.connect(to, CLOSED_PORT, 1_000));
    this.lan.for(WARM_UP_MS);
  }

  /** The run begins: what was before is not seen. */
  begin(edits: readonly Edit[]): void {
    this.lan.for(WARM_UP_MS);
    this.beginMs = this.lan.nowMs;
    // Counted from now.
    for (const edit of edits) this.apply(edit);
  }

  /** Something is to be done, so long after the beginning. */
  at(ms: number, action: () => void): void {
    this.lan.at(this.beginMs + ms, action);
  }

  /** A line in the ladder: the key of a text. */
  note(text: string): void {
    this.lan.note(text);
  }

  get nowMs(): number {
    return this.lan.nowMs - this.beginMs;
  }

  /** Lets the next thing happen, unless it is later than that: false. */
  step(endMs: number): boolean {
    return this.lan.next(this.beginMs + endMs);
  }

  look(): HostPicture[] {
    return this.pictures.map((picture) => picture());
  }

  /** What has happened since the beginning. */
  get trace(): Trace {
    const { trace } = this.lan;
    if (trace === undefined) throw new Error('a LAN with a trace has one');
    const { beginMs } = this;
    const records = trace.records
      .filter(({ at }) => at >= beginMs)
      .map((record) => {
        const moved = { ...record, at: record.at - beginMs };
        if (moved.kind === 'frame' && moved.arrivesAt !== undefined) moved.arrivesAt -= beginMs;
        return moved;
      });
    return { ...trace, records };
  }

  private apply(edit: Edit): void {
    const match = { nth: edit.frame };
    if (edit.kind === 'lose') this.lan.lose(match);
    else if (edit.kind === 'duplicate') this.lan.duplicate(match);
    else if (edit.kind === 'delay') this.lan.delay(match, edit.byMs);
    else this.lan.forge(match, (frame) => forged(frame, edit.field, edit.value));
  }
}
