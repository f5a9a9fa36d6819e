import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests run as built: workers and child processes then start from the files that are shipped.
    include: ['packages/*/dist/**/*.test.js', 'build/**/*.test.js'],
    exclude: ['**/node_modules/**', 'build/bench/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
