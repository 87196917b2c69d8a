import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // The first test that needs the packaged stack waits for `serverless package`.
    testTimeout: 30_000,
  },
});
