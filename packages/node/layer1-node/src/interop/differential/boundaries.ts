import { runBlockBoundaries } from './blockBoundaries.ts'
import { runPolicyBoundaries } from './policyBoundaries.ts'
import type { Run } from './run.ts'

/** Everything that is just allowed and just not allowed any more, by construction. */
export async function runBoundaries(run: Run): Promise<void> {
  await runBlockBoundaries(run)
  await runPolicyBoundaries(run)
}
