// ARCHITECTURE.md names every package with what it owns and does not own, and the arrows it gives are the manifests'.
// Each package's README holds an example, and that example stands in a test.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages, report, root } from './workspace.mjs'

const problems = []
const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
const documented = new Map()
for (const line of text.split('\n')) {
  const cells = line.split('|').map((cell) => cell.trim())
  const name = /^`(@ply\/[\w-]+)`$/.exec(cells[1] ?? '')?.[1]
  if (name) documented.set(name, { owns: cells[2] ?? '', not: cells[3] ?? '', imports: cells[4] ?? '' })
}

for (const { folder, manifest } of packages()) {
  const row = documented.get(manifest.name)
  if (!row) {
    problems.push(`ARCHITECTURE.md has no row for ${manifest.name} (${folder})`)
    continue
  }
  documented.delete(manifest.name)
  if (row.owns.length < 5 || row.not.length < 5)
    problems.push(`${manifest.name}: says too little of what it owns or does not own`)
  const declared = Object.keys(manifest.dependencies ?? {})
    .filter((d) => d.startsWith('@ply/'))
    .map((d) => d.slice(5))
    .sort()
  const written =
    row.imports === '–'
      ? []
      : row.imports
          .split(',')
          .map((d) => d.trim())
          .sort()
  if (declared.join() !== written.join()) {
    problems.push(
      `${manifest.name}: ARCHITECTURE.md says it imports [${written.join(', ')}], package.json [${declared.join(', ')}]`,
    )
  }
  const readme = join(root, folder, 'README.md')
  if (!existsSync(readme)) problems.push(`${folder}: no README.md`)
  else if (!folder.startsWith('apps/') && !folder.startsWith('packages/testing/')) {
    const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(readme, 'utf8'))?.[1]
    const test = join(root, folder, 'src/readme.test.ts')
    if (!example) problems.push(`${folder}/README.md: no example`)
    else if (!existsSync(test)) problems.push(`${folder}: no src/readme.test.ts for the README's example`)
    else {
      // Line breaks and trailing commas are the formatter's, not the example's.
      const flat = (code) => code.replace(/\s+/g, '').replace(/,([}\])])/g, '$1')
      const tested = flat(readFileSync(test, 'utf8'))
      const missing = example
        .split('\n')
        .filter((line) => line.trim() && !tested.includes(flat(line.replace(/\s*\/\/.*$/, '')).replace(/,$/, '')))
      if (missing.length > 0) problems.push(`${folder}/README.md: not in src/readme.test.ts: ${missing[0].trim()}`)
    }
  }
}
for (const name of documented.keys()) problems.push(`ARCHITECTURE.md describes ${name}, which does not exist`)
report('architecture', problems)
