import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // No test changes what another sees: each has its own account. Without a process for each file the suite is a quarter faster.
    isolate: false,
    // The default leaves one core idle; on two cores that is half of them.
    maxWorkers: availableParallelism(),
    // The first tests that need the packaged stack wait for `serverless package`, once for each of its variants.
    testTimeout: 60_000,
  },
});
