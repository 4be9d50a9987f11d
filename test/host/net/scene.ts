import { readFileSync } from 'node:fs';
import { Lan, type CoreHost, type CoreHostOptions } from '../../../host/lan/index.js';
import { run, simulatedBoard, type Board, type Socket } from '../../../host/net/index.js';

const MODULE = new WebAssembly.Module(readFileSync(new URL('../../../build/lan.wasm', import.meta.url)));

export const SERVER = '10.0.0.2';
export const CLIENT = '10.0.0.1';

export interface Scene {
  lan: Lan;
  client: Board;
  server: Board;
  hosts: { client: CoreHost; server: CoreHost };
  /** Lets virtual time pass until the promise is settled. */
  run: <T>(work: Promise<T>, withinMs?: number) => Promise<T>;
  /** Lets so much virtual time pass. */
  wait: (ms: number) => Promise<void>;
}

/** Two boards on a LAN that loses what it is told to. */
export function scene(options: ConstructorParameters<typeof Lan>[0] = {}): Scene {
  const lan = new Lan(options);
  const host = (name: string, address: string): CoreHost =>
    lan.host(name, MODULE, { address } satisfies CoreHostOptions);
  const hosts = { client: host('client', CLIENT), server: host('server', SERVER) };
  return {
    lan,
    hosts,
    client: simulatedBoard(lan, hosts.client),
    server: simulatedBoard(lan, hosts.server),
    run: (work, withinMs) => run(lan, work, withinMs),
    wait: (ms) => run(lan, new Promise<void>((resolve) => void lan.at(lan.nowMs + ms, resolve)), ms),
  };
}

/** What an emitter emits next under this name. */
export function next<T>(emitter: NodeJS.EventEmitter, name: string): Promise<T> {
  return new Promise((resolve) => emitter.once(name, (value: T) => resolve(value)));
}

/** All that a socket reads until its end. */
export async function everything(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Bytes that are nowhere alike. */
export function pattern(length: number, seed = 1): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => Math.imul(index + seed, 2654435761) >>> 13));
}
