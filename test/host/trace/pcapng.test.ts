import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PcapngFile } from '../../../host/trace/file.js';
import { fromHex, MemorySink, PcapngWriter, readPcapng, traceToPcapng } from '../../../host/trace/index.js';
import { CLIENT, tcp } from './frames.js';
import { handshakeWithLostSyn, ISN, roughNetwork } from './scenes.js';

const SYN = tcp({ seq: 0xdeadbeef, flags: 'S', options: [2, 4, 5, 180, 4, 2, 1, 1] });
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'firmshake-trace-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function capture(write: (writer: PcapngWriter) => void): Uint8Array {
  const memory = new MemorySink();
  write(new PcapngWriter(memory.write));
  return memory.bytes();
}

describe('what was written is read back', () => {
  test('interfaces, times to the microsecond, directions, comments, odd lengths', () => {
    const at = Date.UTC(2026, 6, 31, 12, 0, 0) + 0.123;
    const bytes = capture((writer) => {
      const eth0 = writer.addInterface('eth0');
      const eth1 = writer.addInterface('ünterface');
      writer.packet(eth0, at, Uint8Array.of(1, 2, 3), { direction: 'outbound', comment: 'lost → gone' });
      writer.packet(eth1, at + 0.001, SYN, { direction: 'inbound' });
      writer.packet(eth1, 0, new Uint8Array(0));
    });
    const { interfaces, packets, problem } = readPcapng(bytes);
    expect(problem).toBeNull();
    expect(interfaces).toEqual([
      { name: 'eth0', linkType: 1 },
      { name: 'ünterface', linkType: 1 },
    ]);
    expect(packets).toMatchObject([
      {
        interface: 0,
        direction: 'outbound',
        comment: 'lost → gone',
        data: Uint8Array.of(1, 2, 3),
        originalBytes: 3,
      },
      { interface: 1, direction: 'inbound', comment: null, data: SYN },
      { interface: 1, direction: null, atMs: 0, data: new Uint8Array(0) },
    ]);
    expect(packets[0]?.atMs).toBeCloseTo(at, 3);
    expect((packets[1]?.atMs ?? 0) - (packets[0]?.atMs ?? 0)).toBeCloseTo(0.001, 3);
  });

  test('the section says that its length is not known, since it grows', () => {
    expect(capture(() => undefined).subarray(0, 24)).toEqual(
      fromHex('0a0d0d0a 30000000 4d3c2b1a 0100 0000 ffffffffffffffff'),
    );
  });

  test('a packet of an interface that was not added is refused', () => {
    expect(() => capture((writer) => writer.packet(0, 0, SYN))).toThrow(RangeError);
  });

  test('a file is whole after every packet, before it is closed', () => {
    const path = join(folder, 'growing.pcapng');
    const file = new PcapngFile(path);
    file.addInterface('tap0');
    for (let count = 1; count <= 3; count++) {
      file.packet(0, count, SYN);
      expect(readPcapng(readFileSync(path))).toMatchObject({ packets: { length: count }, problem: null });
    }
    file.close();
    file.close();
  });
});

describe('files of others', () => {
  // written by hand from the format's draft, big-endian: SHB, IDB (snaplen 0, ns), an unknown block, EPB, SPB
  const BIG_ENDIAN = fromHex(`
    0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
    00000001 00000020 0001 0000 00000000 0009 0001 09000000 0000 0000 00000020
    0000abcd 00000010 01020304 00000010
    00000006 00000024 00000000 00000000 3b9aca01 00000003 00000005 a1a2a300 00000024
    00000003 00000014 00000003 b1b2b300 00000014`);

  test('big-endian, nanoseconds, an unknown block, a cut packet and a simple packet', () => {
    const { packets, problem } = readPcapng(BIG_ENDIAN);
    expect(problem).toBeNull();
    expect(packets).toMatchObject([
      { atMs: 1000.000001, originalBytes: 5, data: Uint8Array.of(0xa1, 0xa2, 0xa3) },
      { atMs: null, originalBytes: 3, data: Uint8Array.of(0xb1, 0xb2, 0xb3) },
    ]);
  });

  test('a second section counts its interfaces anew', () => {
    const ours = capture((writer) => {
      writer.addInterface('ours');
      writer.packet(0, 1, SYN);
    });
    const { interfaces, packets } = readPcapng(Uint8Array.from([...BIG_ENDIAN, ...ours]));
    expect(interfaces).toHaveLength(2);
    expect(packets.map((packet) => packet.interface)).toEqual([0, 0, 1]);
  });

  test('a file that is cut anywhere gives what is before the cut, and says so', () => {
    const counts = new Set<number>();
    for (let length = 4; length < BIG_ENDIAN.length; length++) {
      const { packets, problem } = readPcapng(BIG_ENDIAN.subarray(0, length));
      counts.add(packets.length);
      const atBlockEnd = [28, 60, 76, 112].includes(length);
      expect(problem?.code ?? null, `cut at ${length}`).toBe(atBlockEnd ? null : 'PCAPNG_TRUNCATED');
    }
    expect([...counts]).toEqual([0, 1]);
  });

  test.each([
    ['text', fromHex('68656c6c6f'), 'PCAPNG_NOT_A_CAPTURE'],
    ['nothing', new Uint8Array(0), 'PCAPNG_NOT_A_CAPTURE'],
    ['no magic', patched(8, 0), 'PCAPNG_BAD_BLOCK'],
    ['a block length of 8', patched(35, 8), 'PCAPNG_BAD_BLOCK'],
    ['two lengths that differ', patched(59, 0x24), 'PCAPNG_BAD_BLOCK'],
    ['a packet of interface 9', patched(87, 9), 'PCAPNG_NO_INTERFACE'],
    ['a packet longer than its block', patched(97, 1), 'PCAPNG_BAD_BLOCK'],
  ])('%s is refused with a code', (_name, bytes, code) => {
    expect(readPcapng(bytes).problem?.code).toBe(code);
  });

  test('any byte changed to anything gives a result and no exception', () => {
    for (let at = 0; at < BIG_ENDIAN.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) expect(() => readPcapng(patched(at, value))).not.toThrow();
    }
  });

  function patched(at: number, value: number): Uint8Array {
    const bytes = BIG_ENDIAN.slice();
    bytes[at] = value;
    return bytes;
  }
});

describe('a trace as a capture', () => {
  test('a frame is outbound at its sender and inbound at its receiver; a lost one only left', () => {
    const { interfaces, packets } = readPcapng(traceToPcapng(handshakeWithLostSyn().trace));
    expect(interfaces.map((other) => other.name)).toEqual(['client', 'server']);
    // ARP request and reply, lost SYN, SYN, SYN ACK, ACK
    expect(packets).toHaveLength(2 * 6 - 1);
    expect(packets.filter((packet) => packet.comment === 'lost')).toMatchObject([
      { interface: 0, direction: 'outbound' },
    ]);
    const times = packets.map((packet) => packet.atMs ?? 0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('what the network did is in the comments, and a duplicate was not sent twice', () => {
    const { packets } = readPcapng(traceToPcapng(roughNetwork().trace));
    const comments = packets.flatMap((packet) => packet.comment ?? []);
    expect(comments).toEqual(['delayed', 'corrupted, dropped: TCP_CHECKSUM', 'duplicate', 'lost: queue full']);
    expect(packets.filter((packet) => packet.direction === 'outbound')).toHaveLength(10 - 1);
  });
});

describe.skipIf(!hasTshark)(`tshark agrees${hasTshark ? '' : ' (skipped: tshark is not installed)'}`, () => {
  function tshark(path: string, ...fields: string[]): string[] {
    const options = [
      '-o',
      'tcp.check_checksum:TRUE',
      '-o',
      'ip.check_checksum:TRUE',
      '-o',
      'tcp.relative_sequence_numbers:FALSE',
    ];
    const output = execFileSync(
      'tshark',
      ['-n', '-r', path, ...options, '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field])],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return output.trimEnd().split('\n');
  }

  test('interface, time, comment, and the fields of a segment', () => {
    const path = join(folder, 'one.pcapng');
    writeFileSync(
      path,
      capture((writer) => {
        writer.addInterface('unused');
        const board = writer.addInterface('board');
        writer.packet(board, 1234.567, SYN, { direction: 'outbound', comment: 'the first' });
      }),
    );
    const fields = ['frame.interface_name', 'frame.time_epoch', 'frame.comment', 'ip.src', 'tcp.dstport', 'tcp.seq'];
    const more = ['tcp.options.mss_val', 'tcp.checksum.status', 'ip.checksum.status', 'frame.packet_flags_direction'];
    const [line] = tshark(path, ...fields, ...more);
    const cells = (line ?? '').split('|');
    expect(cells[0]).toBe('board');
    expect(Number(cells[1]) || Date.parse(cells[1] ?? '') / 1000).toBeCloseTo(1.234567, 6);
    expect(cells.slice(2, 7)).toEqual(['the first', CLIENT.address, '80', String(0xdeadbeef), '1460']);
    expect(cells.slice(7, 9)).toEqual(['1', '1']);
    expect(Number(cells[9])).toBe(2);
  });

  test('a whole trace opens, every packet in its place', () => {
    const path = join(folder, 'trace.pcapng');
    writeFileSync(path, traceToPcapng(handshakeWithLostSyn().trace));
    const lines = tshark(path, 'frame.interface_name', 'tcp.flags.syn', 'tcp.flags.ack', 'tcp.seq_raw', 'arp.opcode');
    const { client, server } = ISN;
    const both = (rest: string, first: string, second: string): string[] => [`${first}|${rest}`, `${second}|${rest}`];
    const syn = `${isSet(true)}|${isSet(false)}|${client}|`;
    const synAck = `${isSet(true)}|${isSet(true)}|${server}|`;
    const ack = `${isSet(false)}|${isSet(true)}|${client + 1}|`;
    expect(lines.toSorted()).toEqual(
      [
        ...both('|||1', 'client', 'server'),
        ...both('|||2', 'server', 'client'),
        `client|${syn}`,
        ...both(syn, 'client', 'server'),
        ...both(synAck, 'server', 'client'),
        ...both(ack, 'client', 'server'),
      ].toSorted(),
    );

    /** Versions of tshark write a boolean as 1 or as True. */
    function isSet(value: boolean): string {
      const usesWords = lines.some((line) => line.includes('True'));
      return usesWords ? (value ? 'True' : 'False') : value ? '1' : '0';
    }
  });
});
