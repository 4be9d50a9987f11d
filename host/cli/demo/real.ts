import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { print } from '../output.js';

/** Long enough for a connect on one machine, and for a machine that is busy. */
const LIMIT_MS = 30_000;

/**
 * The seventh act: the kernel of this machine connects to the core. In a process of its own, since it has to be in a
 * network namespace. Where the machine does not allow it, that is said, and is no failure of the demo.
 */
export function playReal(number: number): number {
  print(`\n── Act ${number}: this machine's own kernel connects to the core ──\n`);
  const connect = [process.execPath, '--eval', `require('net').connect(7, '10.73.0.2', function () { this.end() })`];
  const script = fileURLToPath(new URL('./real-main.js', import.meta.url));
  const args = [script, 'lan', '--listen', '7', '--', ...connect];
  const played = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: LIMIT_MS });
  if (played.status === 0) {
    print(played.stdout);
    print('  → the same bytes that a board runs, with a peer that knows nothing of us.\n');
  } else {
    const reason = played.stderr.trim().split('\n').at(-1) ?? '';
    print(`  left out: ${reason === '' ? 'it did not end in time' : reason}\n`);
  }
  return 0;
}
