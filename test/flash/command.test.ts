/** `firmshake flash` and `firmshake monitor` at a pseudo-terminal, in processes of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { firmshake, MAIN, runCommand } from '../support/firmshake.js';
import { dumpOfScene, linesOf, playScene } from '../host/dump/scene.js';
import { Board, type BoardOptions } from './fake/board.js';
import { PtyPort } from './fake/pty.js';
import { buildFolder, imageSet, temporaryFolder } from './images.js';

const LIMIT_MS = 30_000;
const NOBODY = 65534;

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

function portOf(options: BoardOptions = {}): PtyPort {
  const port = new PtyPort(new Board({ isDownload: true, ...options }));
  ends.push(() => port.pull());
  return port;
}

/** A command that goes on until it is told to end. */
class Running {
  out = '';
  err = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(...args: string[]) {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.err += text));
    this.ended = new Promise((resolve) => child.on('close', resolve));
    this.child = child;
    ends.push(() => child.kill('SIGKILL'));
  }

  /** Waits until it has said so. */
  async says(what: RegExp): Promise<void> {
    await expect.poll(() => this.out + this.err, { timeout: LIMIT_MS }).toMatch(what);
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  interrupt(): void {
    this.child.kill('SIGINT');
  }
}

describe('firmshake flash', () => {
  it('writes what idf.py built, reads it back, and says what was done', async () => {
    const set = imageSet('esp32');
    const port = portOf();
    const { code, stdout, stderr } = await firmshake('flash', '--port', port.path, '--images', buildFolder(set));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const bytes = set.images.reduce((sum, { data }) => sum + data.length, 0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`ESP32 at ${port.path}`);
    expect(lines[1]).toMatch(new RegExp(`^${bytes} bytes written and read back in [\\d.]+ s$`));
    // A pseudo-terminal has no line that could reset the board.
    expect(lines[2]).toBe('press its RESET (or EN) button: it starts');
    for (const { offset, data } of set.images) {
      expect(Buffer.from(data).equals(port.board.flash.bytes.subarray(offset, offset + data.length))).toBe(true);
    }
  });

  it('takes the manifest of a release, and of its builds the one for the chip', async () => {
    const port = portOf({ kind: 'esp32c3' });
    const folder = temporaryFolder();
    const builds = (['esp32', 'esp32c3'] as const).map((chip) => {
      const { images } = imageSet(chip);
      images.forEach(({ data }, index) => writeFileSync(path.join(folder, `${chip}-${index}.bin`), data));
      const parts = images.map(({ offset }, index) => ({ path: `${chip}-${index}.bin`, offset }));
      return { chipFamily: chip === 'esp32' ? 'ESP32' : 'ESP32-C3', parts };
    });
    writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ name: 'Firmshake', version: '1', builds }));
    const { code, stdout } = await firmshake('flash', '--port', port.path, '--images', folder);
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 0, first: `ESP32-C3 at ${port.path}` });
    expect(port.board.flash.bytes[0]).toBe(0xe9);
  });

  it.each([
    ['another chip than the images are for', { kind: 'esp32c3' }, /the chip is an ESP32-C3; the images are for ESP32$/],
    ['a flash with a worn cell', { worn: 0x10000 + 3000 }, /firmshake\.bin at 0x10000 reads back wrong/],
  ] as const)(
    '%s: one line, exit 1, nothing claimed',
    async (_, { worn, ...options }: BoardOptions & { worn?: number }, why) => {
      const port = portOf(options);
      port.board.flash.worn = worn;
      const outcome = await firmshake('flash', '--port', port.path, '--images', buildFolder(imageSet('esp32')));
      expect(outcome.code).toBe(1);
      expect(outcome.stderr.trim()).toMatch(why);
      expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
      expect(outcome.stdout).not.toMatch(/written|restarts|press/);
    },
  );

  it('a cable that is pulled in the middle: one line, exit 1, nothing claimed', async () => {
    const port: PtyPort = portOf({
      onBlock: (blocks) => {
        if (blocks === 2) port.pull();
      },
    });
    const outcome = await firmshake('flash', '--port', port.path, '--images', buildFolder(imageSet('esp32')));
    expect(outcome).toEqual({
      code: 1,
      stdout: `ESP32 at ${port.path}\n`,
      stderr: 'firmshake flash: the port is gone: the cable was pulled, or the board lost power\n',
    });
  });

  it('a port that another program has open is in use', async () => {
    const port = portOf();
    const other = new Running('monitor', '--port', port.path);
    await other.says(/Ctrl-C ends/);
    const outcome = await firmshake('flash', '--port', port.path, '--images', buildFolder(imageSet('esp32')));
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^firmshake flash: \/dev\/pts\/\d+ is in use: another program has it open.*\n$/);
    expect(port.board.loader.commands).toEqual([]);
  });

  it('a port that is not ours to open: the group that it belongs to is named', async () => {
    const port = portOf();
    chmodSync(port.path, process.getuid?.() === 0 ? 0o600 : 0);
    // Root may open all.
    const asOther =
      process.getuid?.() === 0 ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : ['env'];
    const images = buildFolder(imageSet('esp32'));
    chmodSync(images, 0o755);
    const args = [process.execPath, MAIN, 'flash', '--port', port.path, '--images', images];
    const [command = '', ...rest] = [...asOther, ...args];
    const outcome = await runCommand(command, ...rest);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toBe(
      `firmshake flash: no permission to open ${port.path}: sudo usermod -aG dialout $USER, then log in again\n`,
    );
  });

  it('what is wrong with the command line is said before a board is touched: exit 2', async () => {
    const port = portOf();
    const empty = temporaryFolder();
    const torn = buildFolder(imageSet('esp32'));
    rmSync(path.join(torn, 'firmshake.bin'));
    const mixed = buildFolder(imageSet('esp32'));
    renameSync(path.join(buildFolder(imageSet('esp32c3')), 'firmshake.bin'), path.join(mixed, 'firmshake.bin'));
    const cases: [string[], RegExp][] = [
      [
        ['--images', empty],
        /has neither .* nor .*idf\.py -C boards\/esp32 set-target esp32 build; or download a release/,
      ],
      [['--images', empty, '--chip', 'esp32s3'], /idf\.py -C boards\/esp32 set-target esp32s3 build/],
      [['--images', torn], /firmshake\.bin is named but cannot be read/],
      [['--images', mixed], /firmshake\.bin is for ESP32-C3, not for ESP32/],
      [['--images', buildFolder(imageSet('esp32')), '--chip', 'esp32c6'], /--chip esp32c6: .* has nothing for it/],
      [['--chip', 'esp8266'], /allowed are esp32, esp32s3, esp32c3, esp32c6/],
      [['--baud', 'fast'], /--baud fast: a whole number/],
    ];
    for (const [args, why] of cases) {
      const { code, stderr } = await firmshake('flash', '--port', port.path, ...args);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(why) as string });
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(port.board.loader.commands).toEqual([]);
  });

  it('a port that there is not', async () => {
    const outcome = await firmshake('flash', '--port', '/dev/ttyNONE', '--images', buildFolder(imageSet('esp32')));
    expect(outcome).toEqual({ code: 1, stdout: '', stderr: 'firmshake flash: there is no port /dev/ttyNONE\n' });
  });
});

describe('firmshake monitor', () => {
  it('shows each line with its time, waits for a port that goes, and ends by Ctrl-C', async () => {
    const folder = temporaryFolder();
    const name = path.join(folder, 'board');
    const first = portOf();
    symlinkSync(first.path, name);
    const monitor = new Running('monitor', '--port', name);
    await monitor.says(/Ctrl-C ends/);
    first.board.say('I (312) wifi: \x1b[0;32mconnected\x1b[0m\r\nhalf a li');
    await monitor.says(/^\d\d:\d\d:\d\d\.\d{3} {2}I \(312\) wifi: connected$/m);
    first.board.say('ne\r\n');
    await monitor.says(/ {2}half a line$/m);

    rmSync(name);
    first.pull();
    await monitor.says(/board is gone; waiting for it/);
    const second = portOf();
    symlinkSync(second.path, name);
    await monitor.says(/board is there again/);
    second.board.say('after the reset\n');
    await monitor.says(/ {2}after the reset$/m);

    monitor.interrupt();
    expect(await monitor.ended).toBe(0);
  });

  it('shows a question that waits for its answer, and gives the board what is typed', async () => {
    const { board, path: port } = portOf({ isDownload: false });
    const monitor = new Running('monitor', '--port', port);
    const shows = (what: RegExp): Promise<void> => expect.poll(() => monitor.out, { timeout: LIMIT_MS }).toMatch(what);
    const hears = (what: string): Promise<void> => expect.poll(() => board.heard, { timeout: LIMIT_MS }).toBe(what);
    await monitor.says(/Ctrl-C ends/);
    board.say('setup: no Wi-Fi network is set\r\nWi-Fi network []: ');
    await shows(/ {2}Wi-Fi network \[\]: $/);
    monitor.type('homf');
    await hears('homf');
    board.say('homf\b \be');
    await shows(/\[\]: home$/);
    monitor.type('\r');
    await hears('homf\r');
    board.say('\r\nnext\r\n');
    await shows(/\[\]: home\n\d\d:\d\d:\d\d\.\d{3} {2}next\n$/);
    monitor.interrupt();
    expect(await monitor.ended).toBe(0);
  });

  it('opens the dump of a module that trapped', async () => {
    const port = portOf();
    const monitor = new Running('monitor', '--port', port.path);
    await monitor.says(/Ctrl-C ends/);
    const lines = linesOf(dumpOfScene(playScene(), {}));
    port.board.say(['before', ...lines, 'after', ''].join('\r\n'));
    await monitor.says(/ {2}after$/m);
    expect(monitor.out).toMatch(/^trapped {3}in receive: /m);
    expect(monitor.out).toMatch(/^connections: 5 of 6$/m);
    monitor.interrupt();
    expect(await monitor.ended).toBe(0);
  });

  it('a port that cannot restart a board says which button can', async () => {
    const monitor = new Running('monitor', '--restart', '--port', portOf().path);
    await monitor.says(/cannot restart a board: press its RESET/);
    monitor.interrupt();
    expect(await monitor.ended).toBe(0);
  });

  it('a port that there is not is not waited for', async () => {
    const outcome = await firmshake('monitor', '--port', '/dev/ttyNONE');
    expect(outcome).toEqual({ code: 1, stdout: '', stderr: 'firmshake monitor: there is no port /dev/ttyNONE\n' });
  });
});
