import { defineConfig } from 'vitest/config';

/** Of test/boards, what only compiles, or is C on the desktop: nothing there is in real time. */
const DESKTOP = ['test/boards/esp32/**', 'test/boards/port/**', 'test/boards/slot/slot.test.ts'];

/** Those of test/boards that look at times: alone. */
const TIMED = ['test/boards/boards.test.ts', 'test/boards/tiny.test.ts', 'test/boards/timer.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'host',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lan/**', 'test/boards/*.test.ts', 'test/boards/slot/uploads.test.ts', 'test/support/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // In real time, against the kernel: alone, so that nothing else takes the processor from it.
        test: {
          name: 'lan',
          include: ['test/lan/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        // The same with boards, which are built before. Several at once, since all they do is wait for one another.
        test: {
          name: 'boards',
          include: TIMED,
          globalSetup: 'test/boards/firmwares.ts',
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        // Those that may take their time.
        test: {
          name: 'boards-at-leisure',
          include: ['test/boards/**/*.test.ts'],
          exclude: [...DESKTOP, ...TIMED],
          globalSetup: 'test/boards/firmwares.ts',
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
