import { cLayout } from './c.mjs';
import { readCore } from './core.mjs';
import { typescriptLayout } from './typescript.mjs';

/**
 * What is generated from the core's sources: text by path.
 *
 * @returns {Record<string, string>}
 */
export function layoutFiles() {
  const core = readCore();
  return {
    'host/core/layout.ts': typescriptLayout(core),
    'boards/common/firmshake_layout.h': cLayout(core),
  };
}
