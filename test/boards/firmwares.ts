/** Builds every firmware that the tests want, once, before they run: vitest's globalSetup of this project. */

import type { TestProject } from 'vitest/node';
import { compileAot } from '../../host/boards/aot.js';
import { BOARD_KINDS, BoardError, buildFirmware, type BoardName } from '../../host/boards/index.js';
import { wamrSource } from '../../host/boards/wamr.js';
import { targetSizes } from '../../host/build/targets.js';
import { moduleBytes, otherAbi, trapping } from './helpers/modules.js';
import { VARIANTS, type Built, type Content, type Firmwares, type Variant } from './helpers/variants.js';
import './helpers/variants.js';

const MODULE = 'lan-apps';

export default async function setup(project: TestProject): Promise<void> {
  project.provide('firmwares', await firmwares());
}

/** So many variants at once: each is built in a folder of its own, and much of it takes one processor. */
const AT_ONCE = 2;

async function firmwares(): Promise<Firmwares> {
  const built = VARIANTS.map((): Built[] => []);
  const waiting = [...VARIANTS.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, variant] = next;
      for (const content of contentsOf(variant)) built[index]?.push(await build(variant, content));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    // WAMR comes through the network, which is nobody's fault here.
    const isMissing = error instanceof BoardError && ['TOOL_MISSING', 'WAMR_MISSING'].includes(error.code);
    if (isMissing) return { built: [], missing: error.message };
    return { built: [], failed: (error as Error).message };
  }
  return { built: built.flat() };
}

/** What a sanitizer can see of a module that is refused, it sees of one. */
function contentsOf({ engine, sanitize }: Variant): Content[] {
  const contents: Content[] = ['product', 'trapping', 'other-abi', 'truncated', 'small-pool'];
  if (sanitize === true) return contents;
  contents.push('other-engine');
  if (engine === 'aot') contents.push('other-cpu');
  return contents;
}

async function build(variant: Variant, content: Content): Promise<Built> {
  const { board, engine, sanitize } = variant;
  const { rxRing, txRing } = targetSizes(MODULE);
  const right = await moduleBytes(`${MODULE}-fast`);
  const program = await buildFirmware(
    {
      board,
      engine,
      ...(sanitize === undefined ? {} : { sanitize }),
      // By its name it is kept: the product's own is under the profile's.
      profile: content === 'product' ? MODULE : `test-${content}`,
      wasm: content === 'trapping' ? await trapping(right) : right,
      rxRing,
      txRing,
      ...(await wrong(variant, content, right)),
    },
    (line) => console.error(`boards: ${line}`),
  );
  return { ...variant, content, program };
}

/** What is wrong with the firmware: another thing is embedded, or it has less memory. */
async function wrong(
  { board, engine }: Variant,
  content: Content,
  right: Uint8Array<ArrayBuffer>,
): Promise<{ embedded?: Uint8Array; poolBytes?: number }> {
  const asEngine = async (wasm: Uint8Array): Promise<Uint8Array> => (engine === 'aot' ? await aot(board, wasm) : wasm);
  switch (content) {
    case 'product':
    case 'trapping':
      return {};
    case 'other-abi':
      return { embedded: await asEngine(otherAbi(right)) };
    case 'truncated': {
      const whole = await asEngine(right);
      return { embedded: whole.slice(0, whole.length - 100) };
    }
    case 'other-cpu':
      return { embedded: await aot(board === 'linux' ? 'rv32' : 'linux', right) };
    case 'other-engine':
      return { embedded: engine === 'aot' ? right : await aot(board, right) };
    case 'small-pool':
      return { poolBytes: SMALL_POOL_BYTES };
  }
}

/** Enough for the runtime itself, and for no module. */
const SMALL_POOL_BYTES = 4096;

async function aot(board: BoardName, wasm: Uint8Array): Promise<Uint8Array> {
  return await compileAot(wasm, BOARD_KINDS[board].aot, await wamrSource(), () => {});
}
