import type { Run } from './run.ts'

export async function runBoundaries(run: Run): Promise<void> {
  await run.mine(1)
}
