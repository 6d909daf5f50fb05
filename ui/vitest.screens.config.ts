import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/screens/**/*.screen.ts'],
    globalSetup: ['tests/screens/site.ts'],
    environment: 'node',
    fileParallelism: true,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What the page shows is waited for, as long as a slow machine needs.
    expect: { poll: { timeout: 15_000 } },
  },
});
