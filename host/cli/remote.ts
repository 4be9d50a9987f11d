import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { buildFirmware, type BoardName, type Engine } from '../boards/index.js';
import { launch, type Plug, type Running } from '../boards/launch.js';
import { targetSizes } from '../build/targets.js';
import { openBoardLink, Relay, type Direction, type Interface } from '../tap/index.js';
import type { TraceRecorder } from '../trace/index.js';
import { LinkTrace, type LinkTraceOptions } from './link-trace.js';
import { boardModulePath } from './modules.js';
import type { Plan } from './session.js';

/** The TAP device of the board, in the namespace of the LAN. */
const BOARD_LINK = 'board0';

export interface Target {
  board: BoardName;
  engine: Engine;
  /** A built module, by its name. */
  module: string;
  /** Which of the board's mains; the product's is the default. */
  main?: string;
  /** Files that are its flash and its key, of a main with a slot for the module. */
  slot?: { file: string; key?: string };
}

export interface RemoteOptions extends LinkTraceOptions {
  address: string;
  prefixLength: number;
  gateway?: string;
  plan?: Plan;
  /** Loses a frame on the way. */
  inject?: (direction: Direction, frame: Uint8Array) => 'pass' | 'drop';
}

/** Builds what is to run, unless it is built. */
export async function firmwareOf({ board, engine, module, main }: Target): Promise<string> {
  const wasm = new Uint8Array(await readFile(boardModulePath(module)));
  const { rxRing, txRing } = targetSizes(module);
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const program = main === undefined ? {} : { program: main };
  return await buildFirmware({ board, engine, profile: module, wasm, rxRing, txRing, ...program }, progress);
}

/** Starts a board, where it is plugged in. */
export async function startBoard(
  { board, slot }: Target,
  program: string,
  plug: Plug,
  options: Pick<RemoteOptions, 'address' | 'prefixLength' | 'gateway' | 'plan'>,
  log: (line: string) => void,
): Promise<Running> {
  const { address, prefixLength, gateway } = options;
  const plan = options.plan === undefined ? '' : planText(options.plan);
  return await launch({
    board,
    program,
    plug,
    address: `${address}/${prefixLength}`,
    dumpFile: path.join(tmpdir(), `firmshake-${process.pid}.dump`),
    log,
    ...(gateway === undefined ? {} : { gateway }),
    ...(plan === '' ? {} : { plan }),
    ...(slot === undefined ? {} : { slot }),
  });
}

/** As boards/apps/session.h takes it. */
function planText({ listen, connect, timeoutMs }: Plan): string {
  const words = [...listen.map((port) => `listen=${port}`), ...connect.map((to) => `connect=${to.address}:${to.port}`)];
  return words.length === 0 ? '' : [...words, `timeout=${timeoutMs}`].join(',');
}

/** A board that sends nothing for so long does not start. */
const START_MS = 10_000;

/** A board of its own on a link with the kernel: every frame between them goes into a trace, as does what the board logs. */
export class RemoteHost {
  /** Resolves when the board has ended by itself. */
  readonly done: Promise<void>;
  exitCode = 0;

  private constructor(
    private readonly trace: LinkTrace,
    private readonly relay: Relay,
    private readonly running: Running,
  ) {
    this.done = running.ended.then((code) => {
      this.exitCode = code;
    });
  }

  /** Starts it, and waits until it says who it is. */
  static async start(
    target: Target,
    link: Interface,
    kernel: string | undefined,
    options: RemoteOptions,
  ): Promise<RemoteHost> {
    const program = await firmwareOf(target);
    const trace = new LinkTrace({ address: options.address }, kernel, options);
    let isUp: () => void = () => undefined;
    const up = new Promise<void>((resolve) => (isUp = resolve));
    const relay = new Relay(link, await openBoardLink(BOARD_LINK), {
      observe: (direction, frame, timeMs, lost) => {
        if (direction === 'out') isUp();
        trace.frame(direction, frame, timeMs, lost);
      },
      ...(options.inject === undefined ? {} : { inject: options.inject }),
    });
    const running = await startBoard(target, program, { tap: BOARD_LINK }, options, (line) => trace.note(line));
    await Promise.race([up, running.ended, new Promise((resolve) => setTimeout(resolve, START_MS).unref())]);
    return new RemoteHost(trace, relay, running);
  }

  get recorder(): TraceRecorder {
    return this.trace.recorder;
  }

  /** A board tells its own, on its status page. */
  statistics(): undefined {
    return undefined;
  }

  /** It has begun what it was told to as soon as it was there. */
  begin(): void {}

  flush(): void {
    this.trace.flush();
  }

  async close(): Promise<void> {
    const { exitCode } = this;
    await this.running.stop();
    await this.relay.close();
    // That we have stopped it is no failure of its own.
    this.exitCode = exitCode;
  }
}
