// Every check that is not a test, in the order in which a mistake is cheapest to find.
import { pnpm } from './pnpm.mjs'

const checks = ['arrows', 'cycles', 'purity', 'length', 'architecture', 'format', 'lint', 'types', 'rpcdocs']
let failed = 0
for (const check of checks) {
  const started = Date.now()
  const status = pnpm(['--silent', `check:${check}`])
  console.log(`${status === 0 ? 'passed' : 'FAILED'} check:${check} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  if (status !== 0) failed++
}
if (failed > 0) {
  console.error(`${failed} of ${checks.length} checks failed`)
  process.exit(1)
}
