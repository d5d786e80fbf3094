import { defineConfig } from 'vitest/config'

// Tests run from source: the 'ply-source' condition resolves every @ply/* package to its src/index.ts.
export default defineConfig({
  resolve: { conditions: ['ply-source'] },
  ssr: { resolve: { conditions: ['ply-source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'apps/**/src/**/*.test.ts'],
    environment: 'node',
    retry: 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
