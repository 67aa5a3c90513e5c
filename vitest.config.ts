import { defineConfig } from 'vitest/config';
import { tiers } from './e2e/tiers.ts';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    // The tiers of the end-to-end tests need programs that are built first: `npm run e2e`.
    exclude: ['node_modules/**', 'dist/**', 'rendered/**', '.cache/**', '.fleetwright/**', ...tiers.map(({ name }) => `e2e/${name}/**`)],
    allowOnly: false,
  },
});
