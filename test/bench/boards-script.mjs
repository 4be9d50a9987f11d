/**
 * The script of the boards' bench: five kinds of work, each recorded in V8 as the calls that a board's loop makes for it, with what
 * they return. A core is a function of its inputs, so a board that makes the same calls does the same work. Its format:
 * boards/apps/bench.h.
 */
import { BOOT_RECORD } from '../../build/host/core/layout.js';
import { CALL_NAMES, instantiate } from '../../build/host/core/exports.js';
import { parseAddress, parseMac } from '../../build/host/core/index.js';

const MAGIC = 0x424b5346;
const OPERATIONS = 48;
const PORT = 80;
const FRAME = 1;
const ADDRESSES = { board: '10.0.0.1', peer: '10.0.0.2' };

/** @typedef {import('../../build/host/core/exports.js').CallName} CallName */
/** @typedef {{ call: CallName, args: number[], result: number, bytes: Uint8Array }} Record */
/** @typedef {{ name: string, operations: number, records: Record[] }} Section */

/** A core whose calls are written down. */
class Scribe {
  /** @type {Record[]} */
  records = [];

  /**
   * @param {WebAssembly.Module} module
   * @param {string} address
   * @param {string} mac
   */
  constructor(module, address, mac) {
    this.address = address;
    this.exports = instantiate(module);
    this.bytes = new Uint8Array(this.exports.memory.buffer);
    const record = new Uint8Array(BOOT_RECORD.bytes);
    const { offsets } = BOOT_RECORD;
    record.set(parseMac(mac), offsets.mac);
    record[offsets.prefixLength] = 24;
    new DataView(record.buffer).setUint32(offsets.address, parseAddress(address));
    record.fill(7, offsets.key, offsets.key + 16);
    this.bytes.set(record, this.exports.config());
    this.call('boot', [0], record);
  }

  /**
   * @param {CallName} call
   * @param {number[]} args
   * @param {Uint8Array} [bytes]
   */
  call(call, args, bytes = new Uint8Array(0)) {
    const result = /** @type {(...args: number[]) => number} */ (this.exports[call])(...args);
    this.records.push({ call, args, result, bytes });
    return result;
  }

  /** @param {Uint8Array} frame */
  receive(frame) {
    this.bytes.set(frame, this.exports.rx_frame());
    return this.call('receive', [frame.length, 0], frame);
  }

  /** The next frame, or none. @returns {Uint8Array | undefined} */
  transmit() {
    const length = this.call('transmit', [0]);
    const at = this.exports.tx_frame();
    return length === 0 ? undefined : this.bytes.slice(at, at + length);
  }
}

/**
 * What has come is handed over; the answer to it comes back, where there is one.
 *
 * @param {Scribe} from
 * @param {Scribe} to
 */
function carry(from, to) {
  const frame = from.transmit();
  if (frame === undefined) throw new Error('there is a frame to send');
  return to.receive(frame) & FRAME;
}

/** Until both are quiet. @param {Scribe} a @param {Scribe} b */
function settle(a, b) {
  for (let isBusy = true; isBusy;) {
    isBusy = false;
    for (const [from, to] of /** @type {const} */ ([
      [a, b],
      [b, a],
    ])) {
      for (let frame = from.transmit(); frame !== undefined; frame = from.transmit()) {
        to.receive(frame);
        isBusy = true;
      }
    }
  }
}

/** @param {WebAssembly.Module} module */
function pair(module) {
  const board = new Scribe(module, ADDRESSES.board, '02:00:00:00:00:01');
  const peer = new Scribe(module, ADDRESSES.peer, '02:00:00:00:00:02');
  settle(board, peer);
  return { board, peer };
}

/** SYN, SYN-ACK, ACK, and the RST that ends it. @param {WebAssembly.Module} module @returns {Section[]} */
function passive(module) {
  const { board, peer } = pair(module);
  board.call('listen', [PORT, 4]);
  meet(peer, board);
  const before = board.records.splice(0);
  for (let i = 0; i < OPERATIONS; i++) {
    const handle = begin(peer, board);
    peer.call('abort', [handle]);
    carry(peer, board);
  }
  return [prepared('passive', before), { name: 'passive', operations: OPERATIONS, records: board.records }];
}

/** The same, begun by the board. @param {WebAssembly.Module} module @returns {Section[]} */
function active(module) {
  const { board, peer } = pair(module);
  const listener = peer.call('listen', [PORT, 4]);
  meet(board, peer);
  const before = board.records.splice(0);
  for (let i = 0; i < OPERATIONS; i++) {
    const handle = begin(board, peer);
    peer.call('abort', [peer.call('accept', [listener])]);
    carry(peer, board);
    board.call('close', [handle, 0]);
  }
  return [prepared('active', before), { name: 'active', operations: OPERATIONS, records: board.records }];
}

/** Three packets. @param {Scribe} client @param {Scribe} server */
function begin(client, server) {
  const handle = connect(client, server);
  carry(client, server);
  carry(server, client);
  carry(client, server);
  return handle;
}

/** The first connection, after which each knows the other's MAC. @param {Scribe} client @param {Scribe} server */
function meet(client, server) {
  const handle = connect(client, server);
  settle(client, server);
  client.call('abort', [handle]);
  settle(client, server);
}

/** @param {Scribe} client @param {Scribe} server */
function connect(client, server) {
  return client.call('connect', [parseAddress(server.address), PORT, 0, 0]);
}

/**
 * A connection between the two, and then work on it.
 *
 * @param {WebAssembly.Module} module
 * @param {string} name
 * @param {(board: Scribe, peer: Scribe, here: number, there: number) => void} work
 * @returns {Section[]}
 */
function connected(module, name, work) {
  const { board, peer } = pair(module);
  const listener = board.call('listen', [PORT, 4]);
  const there = connect(peer, board);
  settle(peer, board);
  const here = board.call('accept', [listener]);
  // Slow start, and the first look at every page of the ring.
  for (let i = 0; i < 8; i++) work(board, peer, here, there);
  const before = board.records.splice(0);
  for (let i = 0; i < OPERATIONS; i++) work(board, peer, here, there);
  return [prepared(name, before), { name, operations: OPERATIONS, records: board.records }];
}

/** @param {string} name @param {Record[]} records @returns {Section} */
function prepared(name, records) {
  return { name, operations: 0, records };
}

/** An app that reads what lies in the ring where it lies. @param {Scribe} scribe @param {number} handle */
function take(scribe, handle) {
  let taken = 0;
  for (let length = scribe.call('received', [handle]); length > 0; length = scribe.exports.received(handle)) {
    taken += scribe.call('consume', [handle, length]);
  }
  return taken;
}

/** An app that has written into the ring where there is room. @param {Scribe} scribe @param {number} handle @param {number} length */
function give(scribe, handle, length) {
  const first = Math.min(length, scribe.call('send_space', [handle]));
  scribe.call('send', [handle, first]);
  if (first < length) scribe.call('send', [handle, length - first]);
}

/** @param {number} length @returns {(board: Scribe, peer: Scribe, here: number, there: number) => void} */
function receives(length) {
  return (board, peer, here, there) => {
    give(peer, there, length);
    const isAnswered = carry(peer, board) !== 0;
    take(board, here);
    if (isAnswered) carry(board, peer);
  };
}

/** @param {number} length @returns {(board: Scribe, peer: Scribe, here: number, there: number) => void} */
function sends(length) {
  return (board, peer, here, there) => {
    give(board, here, length);
    const isAnswered = carry(board, peer) !== 0;
    take(peer, there);
    // What it has read is acknowledged at once, or when the next has come.
    if (isAnswered || (peer.exports.pending() & FRAME) !== 0) carry(peer, board);
  };
}

/** @type {(board: Scribe, peer: Scribe, here: number, there: number) => void} */
function echoes(board, peer, here, there) {
  give(peer, there, 32);
  carry(peer, board);
  give(board, here, take(board, here));
  carry(board, peer);
  take(peer, there);
}

/**
 * @param {WebAssembly.Module} module
 * @returns {Uint8Array}
 */
export function benchScript(module) {
  const sections = [
    ...passive(module),
    ...active(module),
    ...connected(module, 'receive 1460', receives(1460)),
    ...connected(module, 'send 1460', sends(1460)),
    ...connected(module, 'echo 32', echoes),
  ];
  const words = new Uint8Array(new Uint32Array([MAGIC]).buffer);
  return Buffer.concat([words, ...sections.map(sectionBytes)]);
}

/** @param {Section} section */
function sectionBytes({ name, operations, records }) {
  const head = Buffer.alloc(24);
  head.write(name, 0, 16, 'latin1');
  head.writeUInt32LE(operations, 16);
  head.writeUInt32LE(records.length, 20);
  return Buffer.concat([head, ...records.map(recordBytes)]);
}

/** @param {Record} record */
function recordBytes({ call, args, result, bytes }) {
  const head = Buffer.alloc(24);
  head.writeUInt32LE((bytes.length << 8) | CALL_NAMES.indexOf(call), 0);
  args.forEach((value, index) => head.writeUInt32LE(value >>> 0, 4 + 4 * index));
  head.writeInt32LE(result | 0, 20);
  return Buffer.concat([head, bytes, Buffer.alloc(-bytes.length & 3)]);
}
