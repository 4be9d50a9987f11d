/** What a person reads. */
import { describe, expect, it } from 'vitest';
import { formatDue, formatDuration, hexLines, many, table, words } from '../../../host/dump/format.js';
import { dumpText, openDump } from '../../../host/dump/index.js';
import { arpFrame, Lan, packetFrame, type CoreHost, type Lan as Simulated } from '../../../host/lan/index.js';
import { BOARD, dumpOf, dumpOfScene, moduleOf, PEER, playScene } from './scene.js';

describe('in a dump', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.000 s'],
    [59_999, '59.999 s'],
    [60_000, '1 min 00 s'],
    [185_999, '3 min 05 s'],
    [3_600_000, '1 h 00 min'],
    [4_294_967_295, '1193 h 02 min'],
  ])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [0, 'now'],
    [250, 'in 250 ms'],
    [-1500, '1.500 s ago'],
  ])('what is due in %d ms is due %s', (ms, text) => expect(formatDue(ms)).toBe(text));

  it('numbers are said as a person would', () => {
    expect([many(1, 'byte'), many(2, 'byte'), many(0, 'byte')]).toEqual(['1 byte', '2 bytes', '0 bytes']);
    expect(['framesReceived', 'OUT_OF_WINDOW', 'timeouts'].map(words)).toEqual([
      'frames received',
      'out of window',
      'timeouts',
    ]);
    expect(table([['a', '1'], ['word', '22', 'x']])).toEqual(['a      1', 'word  22  x']); // prettier-ignore
  });

  it('bytes are sixteen to the line, as numbers and as letters', () => {
    const hex = Buffer.from('an odd \u001b number of..', 'latin1').toString('hex');
    expect(hexLines(hex)).toEqual([
      '0000  61 6e 20 6f 64 64 20 1b  20 6e 75 6d 62 65 72 20  an odd . number ',
      '0010  6f 66 2e 2e                                       of..',
    ]);
    expect(hexLines('')).toEqual([]);
  });
});

/** A board that has received this frame last. */
function lastFrame(frame: Uint8Array): { text: string; report: ReturnType<typeof openDump>; lan: Simulated } {
  const lan = new Lan();
  const board = lan.host('board', moduleOf('lan'), BOARD);
  board.core.receive(frame, lan.now);
  const report = openDump(dumpOf(board.core, lan.now, { rxLength: frame.length }));
  return { text: dumpText(report), report, lan };
}

describe('the last frame', () => {
  it('is none where none was received', () => {
    const report = openDump(dumpOfScene(playScene(), { rxLength: 0 }));
    expect(report.lastFrame).toBeUndefined();
    expect(dumpText(report)).toContain('last frame received\n  none\n');
  });

  it('is said by addresses, or by MACs where it has none', () => {
    const ping = packetFrame(PEER, BOARD, 1, Uint8Array.of(8, 0, 0xf7, 0xfb, 0, 1, 0, 3));
    expect(lastFrame(ping).text).toContain('10.73.0.9 → 10.73.0.3  ICMP ping  id 1  seq 3\n');
    const question = arpFrame({ operation: 'request', sender: PEER, target: { address: BOARD.address } });
    expect(lastFrame(question).text).toContain(
      `${PEER.mac} → ff:ff:ff:ff:ff:ff  ARP who has 10.73.0.3?  tell 10.73.0.9`,
    );
    expect(lastFrame(new Uint8Array(5)).text).toContain('? → ?  malformed ETHERNET  5 bytes, shorter than');
    expect(lastFrame(new Uint8Array(1)).text).toContain('  1 byte:\n  0000  00 ');
  });

  it('may have lost its IP options, which is said', () => {
    const plain = packetFrame(PEER, BOARD, 1, new Uint8Array(12));
    expect(lastFrame(plain).text).not.toContain('IP options');
    plain[14] = 0x46;
    expect(lastFrame(plain).text).toContain('its IP options may have been overwritten');
    expect(lastFrame(plain).report.lastFrame?.hasIpOptions).toBe(true);
  });
});

describe('a gateway', () => {
  /** So many strangers knock, and do not come in. */
  function flooded(strangers: number): { lan: Simulated; board: CoreHost } {
    const lan = new Lan();
    const board = lan.host('board', moduleOf('gateway'), BOARD);
    const peer = lan.raw('peer', PEER);
    board.listen(80);
    for (let port = 1; port <= strangers; port++) {
      peer.segment(board, { sourcePort: port, destinationPort: 80, sequence: 1, flags: 'SYN', mss: 1460 });
    }
    lan.for(20);
    return { lan, board };
  }

  it('has more than one reads: the rest is counted, and JSON has it', () => {
    const { lan, board } = flooded(300);
    const report = openDump(dumpOf(board.core, lan.now, { profile: 'gateway' }));
    expect(report.halfOpen).toHaveLength(300);
    const text = dumpText(report);
    expect(text).toContain('half-open: 300 of 4096\n');
    expect(text.match(/and 236 more, which --json has/g)).toHaveLength(2);
    expect(text.split('\n').length).toBeLessThan(200);
  });

  it('has none more where there are just so many', () => {
    const { lan, board } = flooded(64);
    const text = dumpText(openDump(dumpOf(board.core, lan.now)));
    expect(text).not.toContain('more, which');
    expect(text.match(/ISS \d+/g)).toHaveLength(64);
  });
});
