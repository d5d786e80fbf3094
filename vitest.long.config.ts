import { defineConfig } from 'vitest/config'

// Whole-network simulations at full length: `pnpm test:long sim`.
export default defineConfig({
  resolve: { conditions: ['ply-source'] },
  ssr: { resolve: { conditions: ['ply-source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/**/src/**/*.sim.ts', 'apps/**/src/**/*.sim.ts'],
    environment: 'node',
    retry: 0,
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    maxWorkers: 2,
  },
})
