// Runs every benchmark (*.bench.ts through vitest, tools/bench/*.mjs as processes) and prints their figures.
// `pnpm bench NAME…` runs those whose path contains one of the names. Figures are for comparing within one run.
// `--bitcoind PATH` lets those that can also measure a real bitcoind.
import { existsSync, readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { pnpm } from './pnpm.mjs'

const args = process.argv.slice(2)
const at = args.indexOf('--bitcoind')
const options = at < 0 ? [] : args.slice(at, at + 2)
const names = args.filter((_, i) => at < 0 || i < at || i > at + 1)
let failed = pnpm(['--silent', 'exec', 'vitest', 'bench', '--run', '--passWithNoTests', ...names])
if (existsSync('tools/bench')) {
  for (const file of readdirSync('tools/bench').filter((name) => name.endsWith('.mjs'))) {
    if (names.length > 0 && !names.some((name) => file.includes(name))) continue
    failed ||= spawnSync(process.execPath, [`tools/bench/${file}`, ...options], { stdio: 'inherit' }).status ?? 1
  }
}
process.exit(failed)
