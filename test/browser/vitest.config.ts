import { defineConfig } from 'vitest/config'

/** Journeys share one machine's two cores and one software GL: one file after the other. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.journey.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000, interval: 100 } },
    passWithNoTests: true,
  },
})
