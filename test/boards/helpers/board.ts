/** A board on a TAP device with the kernel as its peer, in the namespace of this process: what a scene is played on. */

import { writeFile } from 'node:fs/promises';
import { launch, type Running } from '../../../host/boards/launch.js';
import {
  ip,
  monotonic,
  openBoardLink,
  openLan,
  Relay,
  type Direction,
  type Interface,
} from '../../../host/tap/index.js';
import { MemorySink, PcapngWriter } from '../../../host/trace/pcapng.js';
import { segmentIn } from '../../lan/helpers/packets.js';
import { until } from '../../lan/helpers/stage.js';
import type { Built } from './variants.js';

export const BOARD = '10.73.0.2';
export const BOARD_MAC = '02:46:53:00:00:02';
export const KERNEL = '10.73.0.1';
/** The TAP device that the board opens. */
export const TAP = 'board0';

/** Told by the test: the capture file, and the firmware. */
export function told(): { capture: string | undefined; firmware: Built } {
  const [, , capture, firmware = ''] = process.argv;
  return { capture: capture === '' ? undefined : capture, firmware: JSON.parse(firmware) as Built };
}

export interface LogLine {
  atMs: number;
  line: string;
}

export interface Heard {
  direction: Direction;
  atMs: number;
  frame: Uint8Array;
  lost: boolean;
}

export interface BoardOptions {
  plan?: string;
  gateway?: string;
  dumpFile?: string;
  slot?: { file: string; key?: string };
  /** Called when the devices are there, and nothing is on them yet. */
  plugged?: () => Promise<void>;
  /** Is this frame lost on its way? */
  loses?: (direction: Direction, frame: Uint8Array) => boolean;
}

/** The board and the kernel, each on a device of its own, and what goes by between them. */
export class BoardStage {
  readonly heard: Heard[] = [];
  readonly log: LogLine[] = [];
  /** The exit code of a board that has ended by itself. */
  exitCode: number | undefined;
  onFrame: ((heard: Heard) => void) | undefined;
  private running: Running | undefined;
  private isStopping = false;

  private constructor(
    /** Towards the board. */
    private readonly link: Interface,
    kernel: Interface,
    { loses }: BoardOptions,
  ) {
    this.relay = new Relay(kernel, link, {
      inject: (direction, frame) => (loses?.(direction, frame) === true ? 'drop' : 'pass'),
      observe: (direction, frame, atMs, lost) => {
        const heard = { direction, frame, atMs, lost };
        this.heard.push(heard);
        this.onFrame?.(heard);
      },
    });
  }
  private readonly relay: Relay;

  /** Starts it, and waits until it has announced its address. */
  static async open(firmware: Built, options: BoardOptions = {}): Promise<BoardStage> {
    // The kernel is not to repeat its last segment because this process was not quick enough: see test/lan/helpers/stage.ts.
    await writeFile('/proc/sys/net/ipv4/tcp_early_retrans', '0');
    const { interface: kernel } = await openLan({ kernelAddress: `${KERNEL}/24`, only: 'tap' });
    const stage = new BoardStage(await openBoardLink(TAP), kernel, options);
    await options.plugged?.();
    await stage.start(firmware, options);
    return stage;
  }

  private async start(firmware: Built, { plan, gateway, dumpFile, slot }: BoardOptions): Promise<void> {
    this.running = await launch({
      board: firmware.board,
      program: firmware.program,
      address: `${BOARD}/24`,
      mac: BOARD_MAC,
      plug: { tap: TAP },
      log: (line) => this.log.push({ atMs: monotonic(), line }),
      ...(plan === undefined ? {} : { plan }),
      ...(gateway === undefined ? {} : { gateway }),
      ...(dumpFile === undefined ? {} : { dumpFile }),
      ...(slot === undefined ? {} : { slot }),
    });
    void this.running.ended.then((code) => {
      if (!this.isStopping) this.exitCode = code;
    });
    await until('the board announces itself', () => this.exitCode !== undefined || this.heard.some(isOut)).catch(
      (error: unknown) => {
        throw new Error(`${(error as Error).message}\n${this.lines().join('\n')}`);
      },
    );
    if (this.exitCode !== undefined) throw new Error(`the board ended (${this.exitCode})\n${this.lines().join('\n')}`);
  }

  /** Ends it, as a loss of power does, and starts it again. */
  async restart(firmware: Built, options: BoardOptions = {}): Promise<void> {
    this.isStopping = true;
    await this.running?.stop();
    this.isStopping = false;
    await this.start(firmware, options);
  }

  /** Gives the board a frame that the kernel did not send. */
  give(frame: Uint8Array): void {
    this.heard.push({ direction: 'in', frame, atMs: monotonic(), lost: false });
    this.link.send(frame);
  }

  /** Of the board's process. */
  get pid(): number {
    return this.running?.pid ?? 0;
  }

  lines(): string[] {
    return this.log.map(({ line }) => line);
  }

  /** Waits for a line of the log like this, after that many lines. */
  async logged(pattern: RegExp, { after = 0, limitMs = 8000 } = {}): Promise<LogLine> {
    const found = (): LogLine | undefined => this.log.slice(after).find(({ line }) => pattern.test(line));
    await until(`the log line ${pattern.source}`, () => found() !== undefined, limitMs).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}\n${this.lines().join('\n')}`);
    });
    return found() as LogLine;
  }

  /** The segments that went by, from or to a port. */
  segments(port: number): (Heard & NonNullable<ReturnType<typeof segmentIn>>)[] {
    return this.heard.flatMap((heard) => {
      const segment = segmentIn(heard.frame);
      const isIts = segment?.sourcePort === port || segment?.destinationPort === port;
      return segment !== undefined && isIts ? [{ ...heard, ...segment }] : [];
    });
  }

  /** Ends the play; every frame of it goes into a capture, the lost ones too. */
  async close(captureFile: string | undefined): Promise<void> {
    this.isStopping = true;
    await this.running?.stop();
    await this.relay.close();
    if (captureFile === undefined) return;
    const capture = new MemorySink();
    const writer = new PcapngWriter(capture.write);
    const wire = writer.addInterface('wire');
    for (const { atMs, frame } of this.heard) writer.packet(wire, atMs, frame);
    await writeFile(captureFile, capture.bytes());
  }
}

function isOut({ direction }: Heard): boolean {
  return direction === 'out';
}

export { ip, monotonic, until };
