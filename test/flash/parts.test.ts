/** The small parts: MD5, SLIP, what says what is written where, the ports of a machine, lines of a log. */
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onlyOne } from '../../host/cli/ports.js';
import { readFlasherArgs, readManifest } from '../../host/flash/listing.js';
import { LogLines, timeOf } from '../../host/flash/log-lines.js';
import { setLines } from '../../host/flash/port/lines.js';
import { md5 } from '../../host/flash/md5.js';
import { linuxPorts, portAt } from '../../host/flash/port/ports.js';
import { readBuild } from '../../host/flash/images.js';
import { takePacket } from '../../host/flash/slip.js';
import { slip } from './fake/slip.js';
import { temporaryFolder } from './images.js';

describe('MD5', () => {
  // RFC 1321, A.5.
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ])('of "%s" is what RFC 1321 says', (text, sum) => {
    expect(md5(new TextEncoder().encode(text))).toBe(sum);
  });

  it('of any bytes is what OpenSSL says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(md5(bytes)).toBe(createHash('md5').update(bytes).digest('hex'));
      }),
    );
  });
});

describe('SLIP', () => {
  it('gives back any packet, whatever a chip printed before it, in whatever pieces', () => {
    const packet = fc.uint8Array({ minLength: 1, maxLength: 40 });
    const log = fc
      .string({ maxLength: 30 })
      .map((text) => new TextEncoder().encode(text).filter((byte) => byte < 0x80));
    fc.assert(
      fc.property(log, packet, packet, fc.nat(), (before, first, second, cut) => {
        const sent = Buffer.concat([before, slip(first), slip(second)]);
        const early = takePacket(sent.subarray(0, cut % sent.length));
        const { packet, rest } =
          early.packet === undefined
            ? takePacket(Buffer.concat([early.rest, sent.subarray(cut % sent.length)]))
            : early;
        expect(packet).toEqual(first);
        const left = early.packet === undefined ? rest : Buffer.concat([rest, sent.subarray(cut % sent.length)]);
        expect(takePacket(left).packet).toEqual(second);
      }),
    );
  });
});

describe('what is written where', () => {
  it('as idf.py says it', () => {
    const text = JSON.stringify({
      flash_files: { '0x10000': 'app.bin', '0x0': 'b/boot.bin' },
      extra_esptool_args: { chip: 'esp32c6' },
    });
    expect(readFlasherArgs(text).builds).toEqual([
      {
        chip: 'esp32c6',
        parts: [
          { path: 'app.bin', offset: 0x10000 },
          { path: 'b/boot.bin', offset: 0 },
        ],
      },
    ]);
  });

  it('as a manifest says it; chips that there is nothing of ours for are left out', () => {
    const parts = [{ path: 'a.bin', offset: 4096 }];
    const builds = ['ESP32-S3', 'ESP8266'].map((chipFamily) => ({ chipFamily, parts }));
    expect(readManifest(JSON.stringify({ name: 'x', version: '2', builds }))).toEqual({
      name: 'x',
      version: '2',
      builds: [{ chip: 'esp32s3', parts }],
    });
  });

  it.each([
    ['no JSON', '{', /it is no JSON/],
    ['a list', '[]', /it has no builds/],
    ['no chip of ours', '{"builds":[{"chipFamily":"ESP8266","parts":[]}]}', /it has none of esp32, /],
    ['no parts', '{"builds":[{"chipFamily":"ESP32","parts":[]}]}', /a build has no parts/],
    ['an offset in letters', '{"builds":[{"chipFamily":"ESP32","parts":[{"path":"a","offset":"0"}]}]}', /no offset/],
    [
      'a path upwards',
      '{"builds":[{"chipFamily":"ESP32","parts":[{"path":"x/../../a","offset":0}]}]}',
      /outside of it/,
    ],
    ['a path from the root', '{"builds":[{"chipFamily":"ESP32","parts":[{"path":"/etc/a","offset":0}]}]}', /outside/],
    ['another address', '{"builds":[{"chipFamily":"ESP32","parts":[{"path":"https://a/b","offset":0}]}]}', /outside/],
  ])('%s is refused, with the reason', (_, text, why) => {
    expect(() => readManifest(text)).toThrow(why);
  });

  it.each([
    [
      'one where another is',
      [
        { path: 'a', offset: 0 },
        { path: 'b', offset: 99 },
      ],
      /a ends at 0x64, where b is \(from 0x63\)/,
    ],
    ['one beyond the flash', [{ path: 'a', offset: (16 << 20) - 99 }], /beyond any flash/],
  ])('%s is refused', async (_, parts, why) => {
    await expect(readBuild({ chip: 'esp32', parts }, () => Promise.resolve(new Uint8Array(100)))).rejects.toThrow(why);
  });
});

describe('the ports of a machine', () => {
  it('on Linux are those ttys that are below a USB device', async () => {
    const root = temporaryFolder();
    const usb = path.join(root, 'devices/pci0/usb1/1-2');
    const tty = path.join(usb, '1-2:1.0/ttyUSB0');
    mkdirSync(path.join(root, 'class/ttyUSB0'), { recursive: true });
    mkdirSync(path.join(root, 'class/ttyS0'), { recursive: true });
    mkdirSync(path.join(root, 'class/tty1'), { recursive: true });
    mkdirSync(tty, { recursive: true });
    mkdirSync(path.join(root, 'devices/serial8250'));
    writeFileSync(path.join(usb, 'idVendor'), '10c4\n');
    writeFileSync(path.join(usb, 'idProduct'), 'ea60\n');
    writeFileSync(path.join(usb, 'product'), 'CP2102 USB to UART Bridge Controller\n');
    symlinkSync(tty, path.join(root, 'class/ttyUSB0/device'));
    symlinkSync(path.join(root, 'devices/serial8250'), path.join(root, 'class/ttyS0/device'));
    expect(await linuxPorts(path.join(root, 'class'))).toEqual([
      { path: '/dev/ttyUSB0', usbVendorId: 0x10c4, usbProductId: 0xea60, name: 'CP2102 USB to UART Bridge Controller' },
    ]);
  });

  it('a link to a port is that port: what it is decides how it is reset', async () => {
    const link = path.join(temporaryFolder(), 'usb-Espressif_USB_JTAG');
    symlinkSync('/dev/null', link);
    const port = await portAt(link, [{ path: '/dev/null', usbVendorId: 0x303a, usbProductId: 0x1001 }]);
    expect(port.getInfo()).toEqual({ usbVendorId: 0x303a, usbProductId: 0x1001 });
  });

  it('DTR and RTS change together and nothing else does, on a driver that knows no break', () => {
    const view = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset, 1);
    // CTS is on; as Linux's cdc-acm: TIOCMGET and TIOCMSET, and no TIOCSBRK or TIOCCBRK.
    let modem = 0x020 | 0x002;
    const set: number[] = [];
    const ioctl = (_: number, request: number, argument: Uint8Array): number => {
      if (request === 0x5415) view(argument)[0] = modem;
      else if (request === 0x5418) set.push((modem = view(argument)[0] ?? 0));
      else return -1;
      return 0;
    };
    expect(setLines(3, { dtr: false, rts: true }, ioctl)).toBe(true);
    expect(setLines(3, { dtr: true, rts: false }, ioctl)).toBe(true);
    expect(set).toEqual([0x020 | 0x004, 0x020 | 0x002]);
    expect(setLines(3, { dtr: true, rts: false }, () => -1)).toBe(false);
  });

  it('the only one is taken; of several, and where there is none, one is asked for', () => {
    const [first, second] = [{ path: '/dev/ttyUSB0' }, { path: '/dev/ttyACM0', name: 'USB JTAG' }];
    expect(onlyOne([first])).toBe('/dev/ttyUSB0');
    expect(() => onlyOne([first, second])).toThrow('--port /dev/ttyUSB0, or --port /dev/ttyACM0 (USB JTAG)');
    expect(() => onlyOne([])).toThrow(/no board is there/);
  });
});

describe("a board's log", () => {
  function linesOf(...pieces: (string | Uint8Array)[]): string[] {
    const lines: string[] = [];
    const log = new LogLines(({ text }) => lines.push(text));
    for (const piece of pieces) log.add(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
    log.end();
    return lines;
  }

  it('is cut at its lines, however it arrives; a letter of several bytes is one', () => {
    expect(linesOf('one\r\ntw', 'o\n', Uint8Array.of(0xc3), Uint8Array.of(0xbc, 0x0a), 'rest')).toEqual([
      'one',
      'two',
      'ü',
      'rest',
    ]);
  });

  it('a line that does not end is told as far as it goes once nothing comes, and then with each letter', () => {
    const told: string[] = [];
    const log = new LogLines(
      ({ text }) => told.push(`${text}.`),
      undefined,
      ({ text }) => told.push(text),
    );
    const add = (text: string): void => log.add(new TextEncoder().encode(text));
    add('name: ');
    expect(told).toEqual([]);
    log.pause();
    add('a');
    add('x');
    add('\b \b');
    add('\r\nnext');
    expect(told).toEqual(['name: ', 'name: a', 'name: ax', 'name: a', 'name: a.']);
    log.pause();
    log.pause();
    expect(told.slice(5)).toEqual(['next']);
  });

  it('gives the terminal no commands', () => {
    expect(linesOf('\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J\n')).toEqual(['red \ufffd]0;title\ufffd \ufffd2J']);
  });

  it('a line without an end is shown in pieces', () => {
    expect(linesOf('x'.repeat(2500)).map((line) => line.length)).toEqual([1000, 1000, 500]);
  });

  it('a line has the time at which it began', () => {
    const times = [new Date(2026, 0, 2, 3, 4, 5, 6), new Date(2026, 0, 2, 3, 4, 6)];
    const told: string[] = [];
    const log = new LogLines(
      ({ at, text }) => told.push(`${timeOf(at)} ${text}`),
      () => times.shift() ?? new Date(0),
    );
    for (const piece of ['a', 'b\n', 'c\n']) log.add(new TextEncoder().encode(piece));
    expect(told).toEqual(['03:04:05.006 ab', '03:04:06.000 c']);
  });
});
