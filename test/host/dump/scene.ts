/** A board with something in every pool, and what its trap would leave: bytes as boards/common/dump.h says. */
import { readFileSync } from 'node:fs';
import type { Core } from '../../../host/core/index.js';
import { Lan, segmentFrame, type CoreHost, type RawHost } from '../../../host/lan/index.js';

export const BOARD = { address: '10.73.0.3', mac: '02:46:53:00:00:03' };
export const PEER = { address: '10.73.0.9', mac: '02:00:00:00:00:09' };
export const GATEWAY = '10.73.0.1';
/** Nobody is there. */
export const SILENT = '10.73.0.50';
export const KEY = Uint8Array.from({ length: 16 }, (_, index) => 0xc1 + 3 * index);

/** All ends of the connections, by what becomes of them. */
export const PORT = { app: 77, echo: 7, open: 4000, linked: 4001, half: 4002, over: 4003, queued: 4004 };

export const SENT = new Uint8Array(300).fill(0x53);
/** So much of that has arrived. */
export const ACKNOWLEDGED = 100;
export const UNREAD = new TextEncoder().encode('unread, so');

const modules = new Map<string, WebAssembly.Module>();

export function moduleOf(name: string): WebAssembly.Module {
  const module =
    modules.get(name) ?? new WebAssembly.Module(readFileSync(new URL(`../../../build/${name}.wasm`, import.meta.url)));
  modules.set(name, module);
  return module;
}

export interface Scene {
  lan: Lan;
  board: CoreHost;
  /** Handles of the board's app. */
  handles: { listener: number; open: number; over: number; silent: number };
  /** The next sequence number of the board on each connection, by the peer's port. */
  boardNext: Map<number, number>;
  /** The board's first sequence number, in its SYN-ACK. */
  halfOpenSequence: number;
  lastFrame: Uint8Array;
}

/** Its clock wraps in the middle of it all. */
export const START = 2 ** 32 - 100;

/** The peer has 10 bytes in the ring of `open` from 101 to 110, and five more behind a hole of ten. */
export const OPEN = { receiveNext: 111, piece: { from: 121, to: 126 }, window: 1234 };

export function playScene(name = 'lan-apps', startTime = START): Scene {
  const lan = new Lan({ startTime, seed: 7 });
  const board = lan.host('board', moduleOf(name), { ...BOARD, gateway: GATEWAY, key: KEY });
  const peer = lan.raw('peer', PEER);
  const listener = board.listen(PORT.app, 2);
  const open = accepted(board, listener, () => shakeHands(lan, board, peer, PORT.open, PORT.app));
  if (name.endsWith('-apps')) shakeHands(lan, board, peer, PORT.linked, PORT.echo);
  const over = accepted(board, listener, () => shakeHands(lan, board, peer, PORT.over, PORT.app));
  closeBoth(lan, board, peer, over);
  shakeHands(lan, board, peer, PORT.queued, PORT.app);
  syn(board, peer, PORT.half, PORT.app, 500);
  lan.for(20);
  const halfOpenSequence = peer.lastSegment.sequence;
  reset(board, peer);
  const silent = board.connect({ address: SILENT }, 9, 20_000);
  board.setKeepAlive(open, 7200);
  const like = { sourcePort: PORT.open, destinationPort: PORT.app, flags: 'ACK' };
  const acknowledgment = (boardNextOf(peer, PORT.open) + ACKNOWLEDGED) >>> 0;
  board.send(open, SENT);
  lan.for(5);
  peer.segment(board, { ...like, sequence: 101, acknowledgment, payload: UNREAD });
  lan.for(5);
  const { from, to } = OPEN.piece;
  const window = OPEN.window;
  peer.segment(board, { ...like, sequence: from, acknowledgment, window, payload: new Uint8Array(to - from) });
  lan.for(5);
  // An older sequence number than that before it: its window does not count. RFC 9293 §3.10.7.4, SND.WL1.
  const last = { ...like, sequence: OPEN.receiveNext, acknowledgment, window: 2000 };
  peer.segment(board, last);
  lan.for(5);
  return {
    lan,
    board,
    handles: { listener, open, over, silent },
    boardNext: new Map(Object.values(PORT).map((port) => [port, boardNextOf(peer, port)])),
    halfOpenSequence,
    lastFrame: segmentFrame(peer, board, last),
  };
}

/** RFC 2018 §2, with two NOPs before it. */
const SACK_PERMITTED = [1, 1, 4, 2];

function syn(board: CoreHost, peer: RawHost, sourcePort: number, destinationPort: number, sequence: number): void {
  const options = sourcePort === PORT.half ? SACK_PERMITTED : [];
  peer.segment(board, { sourcePort, destinationPort, sequence, flags: 'SYN', mss: 1000, options });
}

/** The peer opens a connection; its first byte of data will be 101. */
function shakeHands(lan: Lan, board: CoreHost, peer: RawHost, sourcePort: number, destinationPort: number): void {
  syn(board, peer, sourcePort, destinationPort, 100);
  lan.for(20);
  const acknowledgment = next(peer.lastSegment.sequence);
  peer.segment(board, { sourcePort, destinationPort, sequence: 101, acknowledgment, flags: 'ACK' });
  lan.for(20);
}

function accepted(board: CoreHost, listener: number, make: () => void): number {
  make();
  const handle = board.accept(listener);
  if (handle === undefined) throw new Error('nothing to accept');
  return handle;
}

/** The board closes first, so its 4-tuple is guarded. */
function closeBoth(lan: Lan, board: CoreHost, peer: RawHost, handle: number): void {
  board.shutdown(handle);
  lan.for(5);
  const acknowledgment = next(peer.lastSegment.sequence);
  const like = { sourcePort: PORT.over, destinationPort: PORT.app };
  peer.segment(board, { ...like, sequence: 101, acknowledgment, flags: 'FIN,ACK' });
  lan.for(5);
}

/** A RST for nothing, which is dropped. */
function reset(board: CoreHost, peer: RawHost): void {
  peer.segment(board, { sourcePort: 1, destinationPort: 2, sequence: 3, flags: 'RST' });
}

/** One more than the last byte that the board has sent on a connection, as its segments say. */
function boardNextOf(peer: RawHost, port: number): number {
  const ends = peer.segments
    .filter((segment) => segment.destinationPort === port)
    .map(
      ({ sequence, payload, flags }) => sequence + payload.length + Number(flags.has('SYN')) + Number(flags.has('FIN')),
    );
  return (ends.at(-1) ?? 0) >>> 0;
}

function next(sequence: number): number {
  return (sequence + 1) >>> 0;
}

export interface HeaderFields {
  magic: string;
  headerBytes: number;
  memoryBytes: number;
  abi: number;
  now: number;
  restarts: number;
  configAt: number;
  rxFrameAt: number;
  txFrameAt: number;
  statisticsAt: number;
  rxLength: number;
  rxRing: number;
  txRing: number;
  call: string;
  reason: string;
  profile: string;
  leftOutAt: number;
  leftOutBytes: number;
}

export const RINGS = 4096;

/** What a board writes: the header, then the memory. */
export function dumpOf(core: Core, now: number, fields: Partial<HeaderFields> = {}): Uint8Array {
  const { exports } = core;
  const memory = core.snapshot().memory;
  const all: HeaderFields = {
    magic: 'FSKDUMP1',
    headerBytes: 168,
    memoryBytes: memory.length,
    abi: exports.abi(),
    now,
    restarts: 2,
    configAt: exports.config(),
    rxFrameAt: exports.rx_frame(),
    txFrameAt: exports.tx_frame(),
    statisticsAt: exports.statistics(),
    rxLength: 0,
    rxRing: RINGS,
    txRing: RINGS,
    call: 'receive',
    reason: 'Exception: unreachable',
    profile: 'lan-apps',
    leftOutAt: 0,
    leftOutBytes: 0,
    ...fields,
  };
  const header = Buffer.alloc(168);
  header.write(all.magic, 0, 8, 'latin1');
  const numbers = [
    all.headerBytes,
    all.memoryBytes,
    all.abi,
    all.now,
    all.restarts,
    all.configAt,
    all.rxFrameAt,
    all.txFrameAt,
    all.statisticsAt,
    all.rxLength,
    all.rxRing,
    all.txRing,
  ];
  numbers.forEach((number, index) => header.writeUInt32LE(number >>> 0, 8 + 4 * index));
  header.write(all.call, 56, 16, 'latin1');
  header.write(all.reason, 72, 64, 'latin1');
  header.write(all.profile, 136, 24, 'latin1');
  header.writeUInt32LE(all.leftOutAt, 160);
  header.writeUInt32LE(all.leftOutBytes, 164);
  const parts = [memory.subarray(0, all.leftOutAt), memory.subarray(all.leftOutAt + all.leftOutBytes)];
  return new Uint8Array(Buffer.concat([header, ...parts]));
}

/** The dump of a scene. */
export function dumpOfScene({ lan, board, lastFrame }: Scene, fields: Partial<HeaderFields> = {}): Uint8Array {
  return dumpOf(board.core, lan.now, { rxLength: lastFrame.length, ...fields });
}

/** As a board's log has it: RFC 4648 §4, 48 bytes a line. */
export function linesOf(dump: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < dump.length; at += 48) lines.push(Buffer.from(dump.subarray(at, at + 48)).toString('base64'));
  return ['----- BEGIN FIRMSHAKE DUMP -----', ...lines, '----- END FIRMSHAKE DUMP -----'];
}
