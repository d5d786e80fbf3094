// Everything that CI runs, in one command: the checks, the build of every package and what it exports, the tests.
// Ends with the line 'N passed, N failed, N skipped'.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pnpm } from './pnpm.mjs'

let passed = 0
let failed = 0
let skipped = 0
const count = (status) => (status === 0 ? passed++ : failed++)

count(pnpm(['--silent', 'check']))
count(pnpm(['--silent', 'build', '--output-logs=errors-only']))
count(spawnSync(process.execPath, ['tools/check/dist.mjs'], { stdio: 'inherit' }).status ?? 1)

const folder = mkdtempSync(join(tmpdir(), 'ply-test-'))
const file = join(folder, 'results.json')
const status = pnpm([
  '--silent',
  'exec',
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${file}`,
])
try {
  const results = JSON.parse(readFileSync(file, 'utf8'))
  passed += results.numPassedTests
  failed += results.numFailedTests
  skipped += results.numPendingTests + results.numTodoTests
  // A file that fails to load has no tests to count, and an error outside any test counts too.
  if (status !== 0 && results.numFailedTests === 0) failed += Math.max(1, results.numFailedTestSuites)
} catch (error) {
  console.error(`vitest left no results: ${error instanceof Error ? error.message : error}`)
  failed++
}
rmSync(folder, { recursive: true, force: true })

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed === 0 ? 0 : 1)
