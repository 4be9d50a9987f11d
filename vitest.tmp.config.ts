import { defineConfig } from 'vitest/config';
export default defineConfig({ root: '/work/h-slot', test: { testTimeout: 60000, include: ['test/boards/slot/*.test.ts'] } });
