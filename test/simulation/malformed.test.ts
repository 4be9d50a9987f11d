import { describe, expect, test } from 'vitest';
import { Core } from '../../host/core/index.js';
import { arpFrame, packetFrame, Random, segmentFrame } from '../../host/lan/index.js';
import { decode } from '../../host/trace/decode.js';
import { moduleOf, PORT } from './world.js';

const HOST = { mac: '02:00:0a:49:00:03', address: '10.73.0.3' };
const PEER = { mac: '02:00:0a:49:00:09', address: '10.73.0.9' };

/** A core that listens and has said all it had to say. */
async function listening(profile: 'lan' | 'debug'): Promise<Core> {
  const core = new Core(await moduleOf(profile));
  core.boot({ ...HOST, prefixLength: 24, key: new Uint8Array(16).fill(1) }, 0);
  core.listen(PORT, 4);
  core.drain(0);
  return core;
}

/** What malformed frames must never make: anything but a neighbour. */
function state(core: Core): number[] {
  const { CONNECTIONS, HALF_OPEN, TIME_WAIT, LISTENERS } = core.pools();
  return [CONNECTIONS.used, HALF_OPEN.used, TIME_WAIT.used, LISTENERS.used];
}

/** Gives a frame to a core. One that comes in is answered by one frame at most. */
function give(core: Core, frame: Uint8Array): { dropped: string | undefined; answers: Uint8Array[] } {
  const received = core.receive(frame, 1);
  const answers = core.drain(1);
  expect(answers.length).toBeLessThanOrEqual(1);
  for (const answer of answers) expect(['malformed', 'ethernet']).not.toContain(decode(answer).kind);
  return { dropped: 'dropped' in received ? received.dropped : undefined, answers };
}

const SEEDS = {
  syn: segmentFrame(PEER, HOST, { sourcePort: 4000, destinationPort: PORT, sequence: 100, flags: 'SYN', mss: 1460 }),
  'syn with options': segmentFrame(PEER, HOST, {
    sourcePort: 4000,
    destinationPort: PORT,
    sequence: 100,
    flags: 'SYN',
    mss: 1460,
    options: [4, 2, 1, 3, 3, 7, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0],
  }),
  data: segmentFrame(PEER, HOST, {
    sourcePort: 4000,
    destinationPort: 9,
    sequence: 100,
    acknowledgment: 5,
    flags: 'ACK,PSH',
    payload: new Uint8Array(100).fill(0x61),
  }),
  'arp request': arpFrame({ operation: 'request', sender: PEER, target: { address: HOST.address } }),
  'arp reply': arpFrame({ operation: 'reply', sender: PEER, target: HOST }),
  ping: packetFrame(PEER, HOST, 1, Uint8Array.from([8, 0, 0xf7, 0xfd, 0, 1, 0, 1])),
  udp: packetFrame(PEER, HOST, 17, Uint8Array.from([0, 53, 0, 53, 0, 12, 0, 0, 1, 2, 3, 4])),
  'other protocol': packetFrame(PEER, HOST, 132, new Uint8Array(12)),
};

describe.for(['lan', 'debug'] as const)('frames that are not what they claim (%s)', (profile) => {
  test('the whole ones are understood, so that the others are not refused for nothing', async () => {
    for (const [name, frame] of Object.entries(SEEDS)) {
      const core = await listening(profile);
      expect(give(core, frame).dropped, name).toBeUndefined();
    }
  });

  test(
    'every length from 0 to 1514 of zeros, of ones and of noise: nothing is made of them',
    { timeout: 60_000 },
    async () => {
      const core = await listening(profile);
      const random = new Random(11);
      const before = state(core);
      for (let length = 0; length <= 1514; length++) {
        const noise = random.bytes(length);
        // Noise behind a right Ethernet header gets further than noise alone.
        const addressed = noise.slice();
        addressed.set(SEEDS.syn.subarray(0, Math.min(14, length)));
        const versioned = addressed.slice();
        if (length > 14) versioned[14] = 0x45;
        for (const frame of [new Uint8Array(length), new Uint8Array(length).fill(255), noise, addressed, versioned]) {
          expect(give(core, frame).answers).toEqual([]);
        }
      }
      expect(state(core)).toEqual(before);
      expect(core.pools().NEIGHBOURS.used).toBe(0);
    },
  );

  test('every truncation of a right frame is refused, and nothing is made of it', async () => {
    for (const [name, frame] of Object.entries(SEEDS)) {
      const core = await listening(profile);
      const before = state(core);
      for (let length = 0; length < frame.length; length++) {
        const { dropped, answers } = give(core, frame.slice(0, length));
        expect(dropped, `${name}, ${length} bytes`).toBeDefined();
        expect(answers, `${name}, ${length} bytes`).toEqual([]);
      }
      expect(state(core)).toEqual(before);
    }
  });

  test('a right frame with anything behind it is the same frame', async () => {
    const core = await listening(profile);
    for (const frame of Object.values(SEEDS)) {
      const padded = new Uint8Array(frame.length + 46).fill(0xee);
      padded.set(frame);
      expect(give(core, padded).dropped).toBeUndefined();
    }
    expect(core.statistics().counters.passiveOpens).toBe(1);
  });

  test('every single bit turned in a segment behind the addresses of the frame is noticed', async () => {
    for (const name of ['syn', 'syn with options', 'data'] as const) {
      const frame = SEEDS[name];
      const core = await listening(profile);
      const before = state(core);
      for (let bit = 14 * 8; bit < frame.length * 8; bit++) {
        const { dropped } = give(core, turned(frame, bit));
        expect(dropped, `${name}, bit ${bit}`).toBeDefined();
      }
      expect(state(core)).toEqual(before);
    }
  });

  test(
    '50,000 frames with bits turned, cut and glued never trap, and never get more than one answer',
    { timeout: 120_000 },
    async () => {
      const core = await listening(profile);
      const random = new Random(13);
      const seeds = Object.values(SEEDS);
      for (let i = 0; i < 50_000; i++) {
        let frame: Uint8Array = (seeds[random.below(seeds.length)] ?? SEEDS.syn).slice();
        const turns = random.below(8);
        for (let t = 0; t < turns; t++) frame = turned(frame, random.below(frame.length * 8));
        if (random.chance(0.3)) frame = frame.slice(0, random.below(frame.length));
        if (random.chance(0.3)) frame = glue(frame, random.bytes(random.below(200)));
        // Right checksums let the damage through to what lies behind them.
        if (random.chance(0.7)) frame = mended(frame);
        give(core, frame);
        if (i % 1000 === 0) core.expire(1);
      }
      const { CONNECTIONS, LISTENERS } = core.pools();
      expect([CONNECTIONS.used, LISTENERS.used]).toEqual([0, 1]);
      for (const event of core.events()) expect(event.kinds).toEqual(['ADDRESS_CONFLICT']);
      const now = settled(core);
      expect(state(core)).toEqual([0, 0, 0, 1]);
      // Afterwards it works as if nothing had been.
      core.receive(SEEDS.syn, now);
      const [answer] = core.drain(now);
      const segment = decode(answer ?? new Uint8Array());
      expect(segment.kind === 'tcp' && [...segment.flags].sort()).toEqual(['ACK', 'SYN']);
    },
  );
});

describe('RFC 1122: no answer is due', () => {
  const QUIET: [string, Uint8Array][] = [
    ['from a broadcast address', segmentFrame({ ...PEER, address: '10.73.0.255' }, HOST, synTo(9))],
    ['from a multicast address', segmentFrame({ ...PEER, address: '224.0.0.1' }, HOST, synTo(9))],
    ['from the loopback', segmentFrame({ ...PEER, address: '127.0.0.1' }, HOST, synTo(9))],
    ['from nobody', segmentFrame({ ...PEER, address: '0.0.0.0' }, HOST, synTo(9))],
    ['from our own address (land)', segmentFrame({ ...PEER, address: HOST.address }, HOST, synTo(PORT))],
    ['from our own MAC', segmentFrame({ ...PEER, mac: HOST.mac }, HOST, synTo(PORT))],
    ['from a group MAC', segmentFrame({ ...PEER, mac: '01:00:5e:00:00:01' }, HOST, synTo(PORT))],
    ['to the broadcast MAC', segmentFrame(PEER, { ...HOST, mac: 'ff:ff:ff:ff:ff:ff' }, synTo(PORT))],
    ['to the broadcast address', segmentFrame(PEER, { ...HOST, address: '10.73.0.255' }, synTo(PORT))],
    ['to another address', segmentFrame(PEER, { ...HOST, address: '10.73.0.4' }, synTo(PORT))],
    ['to another MAC', segmentFrame(PEER, { ...HOST, mac: '02:00:0a:49:00:04' }, synTo(PORT))],
    ['with a bare ACK-less segment to a listener', segmentFrame(PEER, HOST, { ...synTo(PORT), flags: 'FIN' })],
    ['with SYN and FIN to a listener', segmentFrame(PEER, HOST, { ...synTo(PORT), flags: 'SYN,FIN' })],
    ['with an option of length 0', segmentFrame(PEER, HOST, { ...synTo(PORT), options: [2, 0, 5, 180] })],
    ['with an option longer than the header', segmentFrame(PEER, HOST, { ...synTo(PORT), options: [77, 9, 5, 180] })],
  ];
  test.for(QUIET)('a segment %s is dropped, and costs nothing but a counter', async ([, frame]) => {
    const core = await listening('debug');
    const { dropped, answers } = give(core, frame);
    expect(dropped).toBeDefined();
    expect(answers).toEqual([]);
    expect(state(core)).toEqual([0, 0, 0, 1]);
    expect(core.statistics().drops[dropped as 'TCP_LENGTH']).toBe(1);
  });
});

function synTo(destinationPort: number): {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  flags: string;
} {
  return { sourcePort: 4000, destinationPort, sequence: 100, flags: 'SYN' };
}

/** Lets time pass until the core waits for nothing. Gives the time then. */
function settled(core: Core): number {
  let now = 1;
  for (let wait = core.nextDeadline(now); wait >= 0; wait = core.nextDeadline(now)) {
    now += wait;
    core.expire(now);
    core.drain(now);
  }
  return now;
}

function turned(frame: Uint8Array, bit: number): Uint8Array {
  const copy = frame.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
  return copy;
}

function glue(a: Uint8Array, b: Uint8Array): Uint8Array {
  const glued = new Uint8Array(a.length + b.length);
  glued.set(a);
  glued.set(b, a.length);
  return glued;
}

/** The frame with right checksums where its lengths allow any. */
function mended(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  const view = new DataView(copy.buffer);
  if (copy.length < 34 || view.getUint16(12) !== 0x0800) return copy;
  const header = (view.getUint8(14) & 15) * 4;
  const total = view.getUint16(16);
  if (header < 20 || total < header || 14 + total > copy.length) return copy;
  view.setUint16(24, 0);
  view.setUint16(24, checksum(copy.subarray(14, 14 + header), 0));
  const payload = copy.subarray(14 + header, 14 + total);
  const protocol = view.getUint8(23);
  const at = protocol === 6 ? 16 : protocol === 1 ? 2 : undefined;
  if (at === undefined || payload.length < at + 2) return copy;
  payload[at] = payload[at + 1] = 0;
  let pseudo = 0;
  if (protocol === 6) {
    for (let i = 26; i < 34; i += 2) pseudo += view.getUint16(i);
    pseudo += protocol + payload.length;
  }
  const sum = checksum(payload, pseudo);
  payload[at] = sum >>> 8;
  payload[at + 1] = sum & 255;
  return copy;
}

function checksum(bytes: Uint8Array, start: number): number {
  let sum = start;
  bytes.forEach((byte, index) => (sum += index % 2 === 0 ? byte * 256 : byte));
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return 0xffff - sum;
}
