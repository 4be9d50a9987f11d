/** A scene with a board: one run of a script in its own namespace, and many sentences about it. */

import { describe, inject, test } from 'vitest';
import { scene, type It, type SceneOptions } from '../lan/scene.js';
import { needs } from '../support/needs.js';
import { machineMissing } from './helpers/machines.js';
import type { Built, Content, Variant } from './helpers/variants.js';

/** Why nothing can run here, or undefined. */
export function obstacle(variant?: Variant): string | undefined {
  const { ok, reason } = needs('linux', 'root', 'tun');
  if (!ok) return reason;
  const { missing } = inject('firmwares');
  if (missing !== undefined) return missing;
  return variant === undefined ? undefined : machineMissing(variant.board);
}

/** What was built before the tests. @throws when it could not be, or nobody has said that it is wanted */
export function firmware({ name }: Variant, content: Content = 'product'): Built {
  const { built, failed } = inject('firmwares');
  if (failed !== undefined) throw new Error(`no firmware: ${failed}`);
  const found = built.find((one) => one.name === name && one.content === content);
  if (found === undefined) throw new Error(`no firmware was built: ${name}, ${content}`);
  return found;
}

/** A scene of test/lan, with a board in the core's place. */
export function boardScene<Report>(
  variant: Variant,
  script: string,
  { content = 'product', args = [], ...options }: SceneOptions & { content?: Content },
  sentences: (it: It<Report>) => void,
): void {
  const reason = obstacle(variant);
  if (reason !== undefined) {
    describe.skip(`${variant.name} (skipped: ${reason})`, () => {
      sentences((sentence) => test(sentence, () => {}));
    });
    return;
  }
  const told = [JSON.stringify(firmware(variant, content)), ...args];
  scene(variant.name, `../../boards/scripts/${script}`, { ...options, args: told }, sentences);
}
