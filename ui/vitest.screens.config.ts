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
  },
});
