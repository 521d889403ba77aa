import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'main/**/*.test.ts',
      'preload/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'resources/**/*.test.ts',
      'test/golden/**/*.test.ts',
      'test/lint/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    // Against hanging only: a loaded machine takes many times as long, and no test asserts speed.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
})
