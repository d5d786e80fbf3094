// The slow checks: simulations (*.sim.ts) and fuzz targets at full length, the kill test. `pnpm test:long NAME…` runs some of them.
import { spawnSync } from 'node:child_process'
import { pnpm } from './pnpm.mjs'

const names = process.argv.slice(2)
const wanted = (name) => names.length === 0 || names.some((one) => name.includes(one))
const results = []

if (wanted('sim')) {
  results.push(['simulations', pnpm(['--silent', 'exec', 'vitest', 'run', '--config', 'vitest.long.config.ts'])])
}
if (wanted('fuzz')) {
  const env = { ...process.env, PLY_FUZZ_RUNS: process.env.PLY_FUZZ_RUNS ?? '20000' }
  results.push(['fuzz', pnpm(['--silent', 'exec', 'vitest', 'run', '--testTimeout=3600000', 'fuzz'], { env })])
}
if (wanted('kill')) {
  results.push([
    'kill',
    spawnSync(process.execPath, ['tools/killTest.mjs', '--kills', '100'], { stdio: 'inherit' }).status ?? 1,
  ])
}

const failed = results.filter(([, status]) => status !== 0)
for (const [name, status] of results) console.log(`${status === 0 ? 'passed' : 'FAILED'} ${name}`)
console.log(`${results.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)
