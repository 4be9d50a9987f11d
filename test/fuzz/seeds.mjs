/**
 * Inputs made by hand, from which a search begins: `node test/fuzz/seeds.mjs` writes those that are not there. What harness/
 * makes of the bytes is said there.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arpFrame, packetFrame, segmentFrame } from '../../build/host/lan/index.js';
import { foundOf } from './targets.mjs';

const CORE = { mac: '02:46:53:00:00:03', address: '10.73.0.3' };
const PEER = { mac: '02:00:00:00:00:09', address: '10.73.0.9' };
const OTHER = { mac: '02:00:00:00:00:0a', address: '10.73.0.10' };

/** Counted from what the core expects. */
const RELATIVE = 8;
const text = (/** @type {string} */ words) => new TextEncoder().encode(words);
const u16 = (/** @type {number} */ value) => [value & 255, value >> 8];

/** A frame as `frames` reads it. @param {Uint8Array} frame @param {number} [choice] */
function piece(frame, choice = RELATIVE) {
  return [choice, ...u16(frame.length), ...frame];
}

/**
 * A segment of the established connection, counted from what is expected.
 *
 * @param {string} flags
 * @param {Partial<import('../../build/host/lan/index.js').SegmentFields>} [fields]
 */
function segment(flags, fields = {}) {
  const ports = { sourcePort: 4000, destinationPort: 7777 };
  return piece(segmentFrame(PEER, CORE, { ...ports, sequence: 0, acknowledgment: 0, flags, ...fields }));
}

/** @param {string} flags @param {number} [sequence] @param {number} [sourcePort] */
function stranger(flags, sequence = 0, sourcePort = 4001) {
  return piece(segmentFrame(OTHER, CORE, { sourcePort, destinationPort: 77, sequence, flags, mss: 1460 }));
}

/** An ICMP message, its checksum left to the harness. @param {number[]} bytes */
function icmp(...bytes) {
  return piece(packetFrame(PEER, CORE, 1, Uint8Array.from(bytes)));
}

const HELD = segmentFrame(CORE, PEER, { sourcePort: 7777, destinationPort: 4000, sequence: 0, flags: 'ACK' });
const QUOTED = [...HELD.subarray(14, 42)];

const FRAMES = {
  syn: stranger('SYN', 100, 4002),
  'handshake of the half-open': stranger('ACK'),
  'data in order': segment('PSH,ACK', { payload: text('hello'), window: 8192 }),
  'data with a hole, which is then filled': [
    ...segment('ACK', { sequence: 100, payload: text('behind the hole') }),
    ...segment('ACK', { sequence: 50, payload: text('another') }),
    ...segment('ACK', { payload: new Uint8Array(100) }),
  ],
  'duplicate ACKs': [1, 2, 3, 4].flatMap(() => segment('ACK', { acknowledgment: -100 >>> 0 })),
  'fin, and its end': [...segment('FIN,ACK'), ...segment('ACK', { sequence: 1 })],
  reset: segment('RST'),
  'reset in the window': segment('RST', { sequence: 10 }),
  'syn on a connection': segment('SYN', { sequence: 10 }),
  'window closes and opens': [...segment('ACK', { window: 0 }), ...segment('ACK', { window: 4000 })],
  'ack of what was never sent': segment('ACK', { acknowledgment: 10 }),
  'arp request': piece(arpFrame({ operation: 'request', sender: OTHER, target: CORE })),
  'arp reply': piece(arpFrame({ operation: 'reply', sender: OTHER, target: CORE })),
  'arp conflict': piece(arpFrame({ operation: 'request', sender: { ...OTHER, address: CORE.address }, target: PEER })),
  'echo request': icmp(8, 0, 0, 0, 0, 1, 0, 2, 97, 98, 99),
  'port unreachable': icmp(3, 3, 0, 0, 0, 0, 0, 0, ...QUOTED),
  'fragmentation needed': icmp(3, 4, 0, 0, 0, 0, 2, 64, ...QUOTED),
  udp: piece(packetFrame(PEER, CORE, 17, Uint8Array.from([0, 53, 0, 53, 0, 12, 0, 0, 1, 2, 3, 4]))),
  'an unknown protocol': piece(packetFrame(PEER, CORE, 99, Uint8Array.from([1, 2, 3, 4]))),
};

/** Each step's byte is what to do, and with what above it: see harness/sequence.c. */
const SEGMENT = 0;
const GOOD = 1;
const SYN = 2;
const TIME = 3;
const CALL = 4;
const EVENTS = 5;
const ARP = 6;
const OTHERS = 7;
const step = (/** @type {number} */ what, /** @type {number} */ which) => what | (which << 3);
/** @param {number} call @param {number} which @param {number} held */
const call = (call, which, held) => [step(CALL, which), call | (held << 4)];
const [WRITE, READ, SHUTDOWN, CLOSE, ABORT, CONNECT] = [3, 5, 8, 9, 10, 2];
const DRAIN = step(EVENTS, 31);

const SEQUENCE = {
  'a peer sends, the app reads': [step(GOOD, 0), 4, DRAIN, ...call(READ, 31, 2), DRAIN],
  'the app writes, the peer takes it': [...call(WRITE, 31, 2), DRAIN, step(GOOD, 0), 0, DRAIN],
  'a handshake, then data both ways': [step(SYN, 1), 1, DRAIN, step(GOOD, 1), 8, ...call(WRITE, 20, 3), DRAIN],
  'both close': [...call(SHUTDOWN, 0, 2), DRAIN, step(SEGMENT, 0), 2, DRAIN, step(TIME, 6)],
  'the app closes and is reset': [...call(CLOSE, 0, 2), DRAIN, step(SEGMENT, 0), 3],
  'the app aborts': [...call(ABORT, 0, 2), DRAIN],
  'nobody answers': [...call(WRITE, 31, 2), DRAIN, ...Array.from({ length: 12 }, () => [step(TIME, 8), DRAIN]).flat()],
  'a connect that is answered': [...call(CONNECT, 3, 0), 40, DRAIN, step(ARP, 3), 0, DRAIN, step(SEGMENT, 1), 6, DRAIN],
  'a connect to nobody': [
    ...call(CONNECT, 4, 0),
    40,
    DRAIN,
    ...Array.from({ length: 5 }, () => [step(TIME, 8), DRAIN]).flat(),
  ],
  'many begin': Array.from({ length: 20 }, (_, index) => [step(SYN, 2 * (index % 8)), index % 8, DRAIN]).flat(),
  unreachable: [...call(WRITE, 9, 2), DRAIN, step(OTHERS, 0), 7],
};

/** A step of `apps`: peer, what it does. @param {number} peer @param {string} words */
const says = (peer, words) => [peer, words.length, ...text(words)];
const APPS = {
  echo: says(0, 'hello'),
  discard: says(1, 'hello'),
  page: says(2, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
  status: says(2, 'GET /status.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
  head: says(3, 'HEAD / HTTP/1.0\r\n\r\n'),
  post: says(3, 'POST / HTTP/1.1\r\nHost: a\r\n\r\n'),
  'in pieces': ['GE', 'T / HT', 'TP/1.1\r', '\nHost: a\r\n', '\r\n'].flatMap((part) => says(2, part)),
};

const BOOT = {
  'as it is': [0, 0],
  'asked for and called': [0b11000000, 0, 1, 0, 2, 0, 3, 14, ...new Uint8Array(14)],
  'another prefix': [6, 1, 30],
  'no gateway': [12, 4, 0, 0, 0, 0],
  connects: [0b00100000, 0, 9, 0, 73, 10, 80, 0, 0, 4],
};

for (const [name, seeds] of Object.entries({ frames: FRAMES, sequence: SEQUENCE, apps: APPS, boot: BOOT })) {
  const folder = foundOf(name);
  mkdirSync(folder, { recursive: true });
  for (const bytes of Object.values(seeds)) {
    const data = Uint8Array.from(bytes);
    writeFileSync(join(folder, createHash('sha1').update(data).digest('hex')), data);
  }
}
