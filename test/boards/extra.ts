/** Scenes with firmware that only one test wants: built when its file is read. */

import { describe, test } from 'vitest';
import { buildFirmware, type BoardName, type Engine } from '../../host/boards/index.js';
import { targetSizes } from '../../host/build/targets.js';
import { scene, type It, type SceneOptions } from '../lan/scene.js';
import { moduleBytes } from './helpers/modules.js';
import { obstacle } from './scene.js';

export interface Extra {
  board: BoardName;
  engine: Engine;
  profile: string;
  program?: string;
  sanitize?: true;
}

export async function extraScene<Report>(
  title: string,
  script: string,
  extra: Extra,
  sentences: (it: It<Report>) => void,
  options: SceneOptions = {},
): Promise<void> {
  const reason = obstacle({ name: title, ...extra });
  if (reason !== undefined) {
    describe.skip(`${title} (skipped: ${reason})`, () => {
      sentences((sentence) => test(sentence, () => {}));
    });
    return;
  }
  const { rxRing, txRing } = targetSizes(extra.profile);
  const wasm = await moduleBytes(`${extra.profile}-fast`);
  const program = await buildFirmware({ ...extra, wasm, rxRing, txRing }, (line) => console.error(`boards: ${line}`));
  const told = JSON.stringify({ name: title, content: 'product', ...extra, program });
  scene(title, `../../boards/scripts/${script}`, { args: [told], ...options }, sentences);
}
