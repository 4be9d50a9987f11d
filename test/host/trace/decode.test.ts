import { describe, expect, test } from 'vitest';
import { decode, fromHex, type TcpFrame } from '../../../host/trace/index.js';
import { onesComplementSum } from '../../../host/trace/checksum.js';
import { CLIENT, ipv4, SERVER, tcp } from './frames.js';

// 02:00:00:00:00:02 -> 02:00:00:00:00:03
const ETHERNET = '020000000003 020000000002';

describe('checksums', () => {
  test('the example of RFC 1071 §3 sums to ddf2', () => {
    expect(onesComplementSum(fromHex('0001 f203 f4f5 f6f7'))).toBe(0xddf2);
  });

  test('an odd byte at the end counts as the high one', () => {
    expect(onesComplementSum(fromHex('0102 03'))).toBe(0x0402);
  });

  test('the well-known IPv4 header with checksum b861 is right, and wrong when a byte changes', () => {
    // from the literature on the IPv4 header checksum: UDP from 192.168.0.1 to 192.168.0.199
    const header = '4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7';
    const frame = fromHex(`${ETHERNET} 0800 ${header} 0035 e97c 005f 0000 ${'00'.repeat(87)}`);
    const decoded = decode(frame);
    expect(decoded).toMatchObject({
      kind: 'udp',
      ip: {
        source: '192.168.0.1',
        destination: '192.168.0.199',
        checksumOk: true,
        dontFragment: true,
        ttl: 64,
      },
      sourcePort: 53,
      destinationPort: 0xe97c,
      checksumPresent: false,
      checksumOk: true,
    });
    frame[22] = 63;
    expect(decode(frame)).toMatchObject({ ip: { ttl: 63, checksumOk: false } });
  });
});

describe('ARP', () => {
  test('a request says who asks for whom, whatever padding follows', () => {
    const request = '0001 0800 06 04 0001 020000000002 0a490002 000000000000 0a490003';
    expect(decode(fromHex(`ffffffffffff 020000000002 0806 ${request} ${'00'.repeat(18)}`))).toEqual({
      kind: 'arp',
      ethernet: { destination: 'ff:ff:ff:ff:ff:ff', source: '02:00:00:00:00:02', etherType: 0x0806 },
      operation: 'request',
      operationNumber: 1,
      senderMac: '02:00:00:00:00:02',
      senderAddress: '10.73.0.2',
      targetMac: '00:00:00:00:00:00',
      targetAddress: '10.73.0.3',
    });
  });

  test('a hardware type other than Ethernet is malformed', () => {
    const request = '0006 0800 06 04 0001 020000000002 0a490002 000000000000 0a490003';
    expect(decode(fromHex(`${ETHERNET} 0806 ${request}`))).toMatchObject({ kind: 'malformed', layer: 'arp' });
  });
});

describe('TCP', () => {
  // 10.73.0.2:49152 -> 10.73.0.3:80, a SYN with all the options of RFC 9293, 7323 and 2018, written by hand
  const OPTIONS = '0204 05b4 0402 080a 0000 0001 0000 0000 01 0303 07';
  const ip = '4500 003c 0001 4000 4006 0000 0a49 0002 0a49 0003';

  function segment(options: string, flags = 0x02, payload = ''): TcpFrame {
    const optionBytes = fromHex(options).length;
    const total = 40 + optionBytes + fromHex(payload).length;
    const header = ip.replace('003c', total.toString(16).padStart(4, '0'));
    const offset = ((20 + optionBytes) / 4).toString(16);
    const bits = flags.toString(16).padStart(2, '0');
    const hex = `${header} c000 0050 deadbeef fffffffa ${offset}0${bits} 1000 0000 0000 ${options} ${payload}`;
    const decoded = decode(fromHex(`${ETHERNET} 0800 ${hex}`));
    if (decoded.kind !== 'tcp') throw new Error(`decoded as ${decoded.kind}`);
    return decoded;
  }

  test('a SYN with MSS, SACK-permitted, timestamps, NOP and window scale', () => {
    expect(segment(OPTIONS)).toMatchObject({
      sourcePort: 49152,
      destinationPort: 80,
      sequence: 0xdeadbeef,
      acknowledgment: 0xfffffffa,
      headerBytes: 40,
      window: 4096,
      flags: new Set(['SYN']),
      options: [
        { kind: 'mss', bytes: 1460 },
        { kind: 'sack-permitted' },
        { kind: 'timestamps', value: 1, echo: 0 },
        { kind: 'window-scale', shift: 7 },
      ],
    });
  });

  test('each flag is its bit of RFC 9293 §3.1', () => {
    const names = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
    names.forEach((name, bit) => expect([...segment('', 1 << bit).flags]).toEqual([name]));
    expect(segment('', 0xff).flags.size).toBe(8);
  });

  test('SACK blocks and an unknown option', () => {
    const { options } = segment('0101 0512 0000000a 00000014 fffffff0 00000010 fd04 abcd');
    expect(options).toEqual([
      {
        kind: 'sack',
        blocks: [
          { left: 10, right: 20 },
          { left: 0xfffffff0, right: 16 },
        ],
      },
      { kind: 'unknown', number: 253, data: Uint8Array.of(0xab, 0xcd) },
    ]);
  });

  test.each([
    ['length 0', '0200 0000'],
    ['length 1', '0201 0000'],
    ['longer than the header', '0208 05b4'],
    ['a kind without a length', '0101 0102'],
    ['an MSS of 3 bytes', '0203 0500'],
    ['a SACK of no block', '0502 0000'],
  ])('a broken option (%s) is said to be broken, and the segment is still read', (_name, options) => {
    const decoded = segment(options);
    expect(decoded.options.at(0)).toMatchObject({ kind: 'malformed' });
    expect(decoded.destinationPort).toBe(80);
  });

  test('nothing after the end of the list is an option', () => {
    expect(segment('00 02 04 05').options).toEqual([]);
  });

  test('the payload ends where the total length says, not where the padding ends', () => {
    const frame = fromHex(
      `${ETHERNET} 0800 ${ip.replace('003c', '002b')} c000 0050 00000001 00000002 5018 1000 0000 0000 616263 ffffff`,
    );
    const decoded = decode(frame);
    expect(decoded.kind === 'tcp' && new TextDecoder().decode(decoded.payload)).toBe('abc');
  });

  test('a checksum is right over the pseudo-header, and any flipped bit makes it wrong', () => {
    const good = tcp({ seq: 1, flags: 'PA', ack: 2, payload: 3 });
    expect(decode(good)).toMatchObject({ kind: 'tcp', checksumOk: true, ip: { checksumOk: true } });
    for (let bit = 0; bit < 8 * 8; bit++) {
      // ports, sequence number and acknowledgment: 64 bits that change nothing else
      const bad = good.slice();
      bad[34 + (bit >> 3)] = (bad[34 + (bit >> 3)] ?? 0) ^ (1 << (bit & 7));
      expect(decode(bad)).toMatchObject({ kind: 'tcp', checksumOk: false, ip: { checksumOk: true } });
    }
    const readdressed = good.slice();
    readdressed[33] = 9;
    expect(decode(readdressed)).toMatchObject({ checksumOk: false });
  });

  test('IPv4 options are no part of the segment', () => {
    const header = '4600 002c 0001 4000 4006 0000 0a49 0002 0a49 0003 9404 0000';
    const frame = fromHex(`${ETHERNET} 0800 ${header} c000 0050 00000001 00000000 5002 1000 0000 0000`);
    expect(decode(frame)).toMatchObject({
      kind: 'tcp',
      sourcePort: 49152,
      ip: { headerBytes: 24, options: fromHex('94040000') },
    });
  });

  test('a data offset under 20 or beyond the segment is malformed, and the IP header is told', () => {
    for (const offset of ['4', 'f']) {
      const hex = `${ip.replace('003c', '0028')} c000 0050 00000001 00000000 ${offset}002 1000 0000 0000`;
      const decoded = decode(fromHex(`${ETHERNET} 0800 ${hex}`));
      expect(decoded).toMatchObject({ kind: 'malformed', layer: 'tcp', ip: { source: '10.73.0.2' } });
    }
  });
});

describe('IPv4', () => {
  test('a first and a later fragment are fragments, not segments', () => {
    for (const [field, offset, more] of [
      ['2000', 0, true],
      ['00b9', 1480, false],
    ] as const) {
      const header = `4500 001c 0007 ${field} 4006 0000 0a49 0002 0a49 0003`;
      expect(decode(fromHex(`${ETHERNET} 0800 ${header} 0102030405060708`))).toMatchObject({
        kind: 'fragment',
        ip: { fragmentOffsetBytes: offset, moreFragments: more, identification: 7 },
        payload: fromHex('0102030405060708'),
      });
    }
  });

  test.each([
    ['version 6', '6500 0014'],
    ['header length 16', '4400 0014'],
    ['total length under the header', '4500 0013'],
    ['total length over the frame', '4500 0015'],
    ['header longer than the frame', '4f00 003c'],
  ])('%s is malformed', (_name, start) => {
    const frame = fromHex(`${ETHERNET} 0800 ${start} 0000 0000 4006 0000 0a49 0002 0a49 0003`);
    expect(decode(frame)).toMatchObject({ kind: 'malformed', layer: 'ipv4', ip: null });
  });
});

describe('ICMP', () => {
  test('an echo request', () => {
    // type 8, identifier 0x1234, sequence 1, payload "ab": 0800 + 1234 + 0001 + 6162 = 7b97, inverted 8468
    const decoded = decode(ipv4(CLIENT, SERVER, 1, [...fromHex('0800 8468 1234 0001 6162')]));
    expect(decoded).toMatchObject({
      kind: 'icmp',
      checksumOk: true,
      message: { kind: 'echo-request', identifier: 0x1234, sequence: 1, payload: fromHex('6162') },
    });
  });

  test('port unreachable tells the connection it is about', () => {
    const quoted = '4500 0028 0001 4000 4006 0000 0a49 0002 0a49 0003 c000 0050 deadbeef';
    const decoded = decode(ipv4(SERVER, CLIENT, 1, [...fromHex(`0303 0000 0000 0000 ${quoted}`)]));
    expect(decoded).toMatchObject({
      kind: 'icmp',
      checksumOk: false,
      message: {
        kind: 'unreachable',
        reason: 'port unreachable',
        quoted: {
          protocol: 6,
          source: '10.73.0.2',
          destination: '10.73.0.3',
          ports: { source: 49152, destination: 80 },
          sequence: 0xdeadbeef,
        },
      },
    });
  });

  test('a quote that is cut short has no connection', () => {
    const decoded = decode(ipv4(SERVER, CLIENT, 1, [...fromHex('0303 0000 0000 0000 4500 0028')]));
    expect(decoded).toMatchObject({ message: { kind: 'unreachable', quoted: null } });
  });
});

describe('any bytes', () => {
  const samples = [
    tcp({ seq: 1, flags: 'S', options: [2, 4, 5, 180, 1, 1, 4, 2] }),
    ipv4(CLIENT, SERVER, 17, [0, 53, 0, 99, 0, 12, 0, 0, 1, 2, 3, 4]),
    ipv4(CLIENT, SERVER, 1, [...fromHex('0800 8468 1234 0001 6162')]),
  ];

  test('a frame cut at any length is decoded or malformed, never an exception', () => {
    for (const sample of samples) {
      for (let length = 0; length < sample.length; length++) {
        expect(decode(sample.subarray(0, length)).kind).toBe('malformed');
      }
    }
  });

  test('every length from 0 to 100 and every kind of damage', () => {
    const random = seeded(20260731);
    for (let length = 0; length <= 100; length++) {
      expect(() => decode(new Uint8Array(length))).not.toThrow();
      for (let round = 0; round < 100; round++) {
        const bytes = Uint8Array.from({ length }, () => random() & 255);
        // most random bytes are no IPv4 at all: steer some of them deeper
        if (length > 24 && round % 2 === 0) bytes.set([8, 0, 0x45, 0, 0, length - 14 - (round % 3)], 12);
        if (length > 24 && round % 2 === 0) bytes.set([0, 0, 64, [1, 6, 17][round % 3] ?? 0], 20);
        const decoded = decode(bytes);
        if (decoded.kind === 'malformed') expect(decoded.reason).not.toBe('');
      }
    }
  });

  test('one changed byte anywhere in a good frame', () => {
    const random = seeded(7);
    for (const sample of samples) {
      for (let round = 0; round < 3000; round++) {
        const bytes = sample.slice();
        bytes[random() % bytes.length] = random() & 255;
        expect(() => decode(bytes)).not.toThrow();
      }
    }
  });

  test('a frame that is a window on a larger buffer is read at its place', () => {
    const sample = samples[0] ?? new Uint8Array();
    const memory = new Uint8Array(200).fill(0xee);
    memory.set(sample, 7);
    expect(decode(memory.subarray(7, 7 + sample.length))).toEqual(decode(sample));
  });
});

/** mulberry32: the same numbers on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}
