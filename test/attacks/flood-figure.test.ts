import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { expectInOrder, runCommand } from '../support/firmshake.js';

/** `npm run flood`, shorter: there it is 100,000 connections and ten million SYNs. */
const FLOOD = fileURLToPath(new URL('../bench/flood.mjs', import.meta.url));

test.for(['lan', 'tiny'])(
  'honest connections during a flood of 100,000 SYNs a second all complete at their first try',
  async (profile) => {
    const { code, stdout, stderr } = await runCommand(process.execPath, FLOOD, '2000', profile);
    expect([code, stderr]).toEqual([0, '']);
    expectInOrder(stdout, `${profile}: 309,901 SYNs in 3.099 s of virtual time`, '2,000 of 2,000 honest connections');
    expectInOrder(stdout, '0 segments of theirs were sent twice, 0 refused', '2,000 of them got in by a cookie');
  },
);
