/** Calls that wait, from several tasks at once: boards/common/firmshake_tasks.h, as boards/linux/blocking.c makes them. */

import { expect } from 'vitest';
import { extraScene } from './extra.js';
import type { TasksReport } from './scripts/tasks.js';

const program = 'firmshake-linux-tasks';

for (const [title, sanitize] of [
  ['a firmware of three tasks', {}],
  ['a firmware of three tasks, with sanitizers', { sanitize: true }],
] as const) {
  const firmware = { board: 'linux', engine: 'interp', profile: 'lan', program, ...sanitize } as const;
  await extraScene<TasksReport>(title, 'tasks.ts', firmware, (it) => {
    it('serves one connection after the other, each whole', ({ areWhole, bytes, log }) => {
      expect(areWhole).toEqual([true, true]);
      expect(log.filter((line) => line === `tasks: served: ${bytes}`)).toHaveLength(2);
    });

    it('waits for what does not come no longer than it was told', ({ log }) => {
      expect(log).toContain('tasks: silence: EAGAIN');
    });

    it('asks the kernel meanwhile, and gets back what it sent, to the end', ({ log }) => {
      expect(log).toContain('tasks: came back: 300000');
      expect(log).toContain('tasks: end: 0');
    });

    it('is refused where it would wait for itself', ({ log, exitCode }) => {
      expect(log).toContain('tasks: waiting in the loop: EINVAL');
      expect(exitCode).toBeNull();
    });
  });
}
