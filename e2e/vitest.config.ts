import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    // A cluster takes a machine of its own: one file at a time, and time enough for a busy one.
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
    allowOnly: false,
    reporters: ['verbose'],
  },
});
