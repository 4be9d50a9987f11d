import { Core, portOf, randomMac, type CoreEvent } from '../core/index.js';
import { Bridge, monotonic, toU32, type BridgeOptions, type Interface } from '../tap/index.js';
import { Board } from './board.js';

export interface RealBoardOptions {
  address: string;
  /** Default 24. */
  prefixLength?: number;
  gateway?: string;
  /** Default: random. */
  mac?: string;
  /** 16 bytes; default: random. */
  key?: Uint8Array;
  bridge?: Omit<BridgeOptions, 'events'>;
}

/** A board for apps on a real interface (host/tap), and what joins the two. */
export interface RealBoard {
  board: Board;
  bridge: Bridge;
}

export function realBoard(link: Interface, module: WebAssembly.Module, options: RealBoardOptions): RealBoard {
  const { address, prefixLength = 24, gateway, mac = randomMac(), key = random(16) } = options;
  const core = new Core(module);
  core.boot({ mac, address, prefixLength, key, ...(gateway === undefined ? {} : { gateway }) }, toU32(monotonic()));
  let told: (event: CoreEvent) => void = () => undefined;
  const bridge = new Bridge(link, portOf(core), {
    ...options.bridge,
    events: () => {
      for (const event of core.events()) told(event);
    },
  });
  const board = new Board({
    core,
    address,
    now: () => bridge.now(),
    pump: () => bridge.pump(),
    listen: (listener) => {
      told = isolated(listener);
    },
    after: realTimer,
  });
  return { board, bridge };
}

/**
 * What an app throws when it is told of an event is an uncaught exception, as in Node, and does not keep the core from
 * sending and from arming its timer.
 */
export function isolated(listener: (event: CoreEvent) => void): (event: CoreEvent) => void {
  return (event) => {
    try {
      listener(event);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  };
}

/** setTimeout's limit; beyond it, it fires at once. */
const LONGEST_TIMEOUT_MS = 0x7fffffff;

/** A timer of Node's, which does not keep a program running. */
export function realTimer(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, Math.min(ms, LONGEST_TIMEOUT_MS)).unref();
  return () => clearTimeout(timer);
}

function random(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes));
}
