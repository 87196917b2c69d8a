import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // The first tests that need the packaged stack wait for `serverless package`, once for each of its two variants.
    testTimeout: 60_000,
  },
});
