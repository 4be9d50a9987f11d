/** Firmware that cannot work: it says why in one line, and stands where that can be seen. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileAot } from '../../host/boards/aot.js';
import { BOARD_KINDS, buildFirmware, type BoardName } from '../../host/boards/index.js';
import { wamrSource } from '../../host/boards/wamr.js';
import { targetSizes } from '../../host/build/targets.js';
import { resultOf } from '../lan/namespace.js';
import { runCommand } from '../support/firmshake.js';
import { needs } from '../support/needs.js';
import { moduleBytes } from './helpers/modules.js';
import { VARIANTS, type Content, type Variant } from './helpers/variants.js';
import { firmware, obstacle } from './scene.js';
import type { Case, Ended, Lack } from './scripts/refusals.js';

const TIMEOUT_MS = 120_000;
const MODULE = 'lan-apps';
const START = 'firmshake: does not start:';
const LOAD = `${START} the module does not load:`;

interface Refusal {
  /** Of the world. */
  what: string;
  reason: RegExp;
  content?: Content | 'other-version';
  lacks?: Lack;
  /** Lines before the reason: it had started. */
  before?: RegExp[];
}

/** What each of the variants refuses. */
function refusalsOf({ board, engine, sanitize }: Variant): Refusal[] {
  const isAot = engine === 'aot';
  const modules: Refusal[] = [
    {
      what: 'a module of another ABI',
      content: 'other-abi',
      reason: is(`${START} the module speaks another ABI: 2, not 1`),
    },
    {
      what: 'a module that was cut off',
      content: 'truncated',
      reason: is(`${LOAD} ${isAot ? 'AOT' : 'WASM'} module load failed: unexpected end`),
    },
    {
      what: 'a pool that is too small',
      content: 'small-pool',
      reason:
        /^firmshake: does not start: (the module does not load|no instance of the module): no memory: the pool may be too small \(FSK_POOL_BYTES\)$/,
    },
  ];
  if (sanitize !== true) {
    const other = isAot
      ? `${LOAD} it is WebAssembly, and this firmware runs .aot files only`
      : `${LOAD} it is an .aot file, and this firmware has the interpreter`;
    modules.push({ what: "the other engine's module", content: 'other-engine', reason: is(other) });
  }
  if (isAot) {
    const cpu = board === 'linux' ? 'riscv32' : 'x86_64';
    modules.push(
      {
        what: 'a module for another CPU',
        content: 'other-cpu',
        reason: is(`${LOAD} it is compiled for another CPU: ${cpu}`),
      },
      {
        what: 'an .aot of another version',
        content: 'other-version',
        reason: is(`${LOAD} AOT module load failed: unknown binary version`),
      },
    );
  }
  return [...modules, ...LACKS[board]];
}

const NO_ENTROPY = is(`${START} the board gives no entropy, and without it every sequence number could be guessed`);
const UP = /^firmshake: 10\.73\.0\.2\/24, /;

const LACKS_LINUX: Refusal[] = [
  {
    what: 'a machine without TAP devices',
    lacks: 'no device',
    reason: is('firmshake: cannot open /dev/net/tun: No such file or directory'),
  },
  {
    what: 'a TAP device that another program has',
    lacks: 'busy device',
    reason: is('firmshake: cannot open the TAP device busy0: Device or resource busy'),
  },
  {
    what: 'a device that is no TAP device',
    lacks: 'other device',
    reason: is('firmshake: cannot open the TAP device lo: Invalid argument'),
  },
  {
    what: 'a descriptor that is not open',
    lacks: 'no descriptor',
    reason: is('firmshake: cannot use the descriptor: Bad file descriptor'),
  },
  {
    what: 'a descriptor that is a file',
    lacks: 'no frames',
    before: [UP],
    reason: is('firmshake: the network interface is gone: No such device'),
  },
  {
    what: 'a TAP device that is taken away',
    lacks: 'device goes',
    before: [UP],
    reason: is('firmshake: the network interface is gone: File descriptor in bad state'),
  },
  { what: 'a kernel without entropy', lacks: 'no entropy', reason: NO_ENTROPY },
];
const lacksBare = (device: string): Refusal[] => [
  {
    what: 'a machine without a network device',
    lacks: 'no device',
    reason: is(`net: no network device: QEMU needs ${device}`),
  },
  { what: 'a machine without entropy', lacks: 'no entropy', reason: NO_ENTROPY },
];

const LACKS: Readonly<Record<BoardName, readonly Refusal[]>> = {
  linux: LACKS_LINUX,
  rv32: lacksBare('-device virtio-net-device'),
  xtensa: lacksBare('-net nic,model=open_eth'),
};

function is(line: string): RegExp {
  return new RegExp(`^${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-refusals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The same .aot, which says that its format is of another version. */
async function otherVersion({ board }: Variant): Promise<string> {
  const wasm = await moduleBytes(MODULE);
  const embedded = Uint8Array.from(await compileAot(wasm, BOARD_KINDS[board].aot, await wamrSource(), () => {}));
  // Behind the magic number, little-endian.
  embedded[4] = 7;
  const { rxRing, txRing } = targetSizes(MODULE);
  const firmware = { board, engine: 'aot', profile: 'test-other-version', wasm, rxRing, txRing, embedded } as const;
  return await buildFirmware(firmware, (line) => console.error(`boards: ${line}`));
}

/** No kernel that can be had lacks getrandom(2): the program is given one that says so. */
async function libraryWithoutEntropy(): Promise<string> {
  const library = path.join(folder, 'no-entropy.so');
  const source =
    '#include <errno.h>\nlong getrandom(void *b, unsigned long n, unsigned f) { errno = ENOSYS; return -1; }\n';
  const made = await runCommand('sh', '-c', `printf '%s' '${source}' | cc -shared -fPIC -x c -o ${library} -`);
  expect(made).toMatchObject({ code: 0 });
  return library;
}

describe.concurrent('a board refuses, with one line that says why, and halts:', () => {
  for (const variant of VARIANTS) {
    const refusals = refusalsOf(variant);
    const reason = obstacle(variant) ?? (needs('cc', 'unshare').reason || undefined);
    describe.skipIf(reason)(`${variant.name}${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
      let ended: Ended[] = [];
      beforeAll(async () => {
        const noEntropy = await libraryWithoutEntropy();
        const version = variant.engine === 'aot' ? await otherVersion(variant) : '';
        const cases = refusals.map(({ what, content = 'product', lacks }): Case => ({
          name: what,
          board: variant.board,
          program: content === 'other-version' ? version : firmware(variant, content).program,
          noEntropy,
          ...(lacks === undefined ? {} : { lacks }),
        }));
        ended = await resultOf<Ended[]>('../../boards/scripts/refusals.ts', {
          args: [JSON.stringify(cases)],
          timeoutMs: TIMEOUT_MS,
        });
      }, TIMEOUT_MS);

      for (const [index, { what, reason, before = [] }] of refusals.entries()) {
        test(what, () => {
          const { name, code, lines, tookMs } = ended[index] as Ended;
          expect(name).toBe(what);
          const halted = variant.board === 'linux' ? is('firmshake: halted') : is('halted');
          expect(lines).toEqual([...before, reason, halted].map((line) => expect.stringMatching(line) as unknown));
          expect(code).toBe(1);
          expect(tookMs).toBeLessThan(3000);
        });
      }
    });
  }
});
