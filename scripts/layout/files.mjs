import { cLayout } from './c.mjs';
import { readCore } from './core.mjs';
import { dumpLayout } from './dump.mjs';
import { statusTexts } from './text.mjs';
import { typescriptLayout } from './typescript.mjs';

/**
 * What is generated from the core's sources: text by path.
 *
 * @returns {Record<string, string>}
 */
export function layoutFiles() {
  const core = readCore();
  const texts = { 'assembly/apps/status/text.ts': statusTexts(core) };
  return {
    'host/core/layout.ts': typescriptLayout(core),
    'host/dump/layout.ts': dumpLayout(texts),
    ...texts,
    'boards/common/firmshake_layout.h': cLayout(core),
  };
}
