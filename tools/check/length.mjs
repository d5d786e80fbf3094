// No source file passes 500 lines (test data aside).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages, report, root, sources } from './workspace.mjs'

const LIMIT = 500
const problems = []
for (const { folder } of packages()) {
  for (const file of sources(folder)) {
    if (/\/testdata\//.test(file)) continue
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1
    if (lines > LIMIT) problems.push(`${file}: ${lines} lines, over ${LIMIT}`)
  }
}
report('length', problems)
