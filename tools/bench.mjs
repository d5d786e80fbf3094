// Runs every benchmark (*.bench.ts through vitest, tools/bench/*.mjs as processes) and prints their figures.
// `pnpm bench NAME…` runs those whose path contains one of the names. Figures are for comparing within one run.
import { existsSync, readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { pnpm } from './pnpm.mjs'

const names = process.argv.slice(2)
let failed = pnpm(['--silent', 'exec', 'vitest', 'bench', '--run', ...names])
if (existsSync('tools/bench')) {
  for (const file of readdirSync('tools/bench').filter((name) => name.endsWith('.mjs'))) {
    if (names.length > 0 && !names.some((name) => file.includes(name))) continue
    failed ||= spawnSync(process.execPath, [`tools/bench/${file}`], { stdio: 'inherit' }).status ?? 1
  }
}
process.exit(failed)
