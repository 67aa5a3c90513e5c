import { defineConfig } from 'vitest/config';
import { tiers } from './e2e/tiers.ts';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    // The tiers of the end-to-end tests need programs that are built first: `npm run e2e`.
    exclude: ['node_modules/**', 'dist/**', 'rendered/**', '.cache/**', '.fleetwright/**', ...tiers.map(({ name }) => `e2e/${name}/**`)],
    // Many tests wait for programs that they have started: one worker less than processors, which is the default, leaves them idle.
    maxWorkers: '100%',
    // Tests that wait for other programs may be unlucky where a machine is shared: what is broken fails twice, and the report says which were.
    retry: process.env['CI'] === undefined ? 0 : 1,
    allowOnly: false,
  },
});
