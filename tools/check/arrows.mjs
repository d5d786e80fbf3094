// Every arrow between packages, in package.json and in the imports, is one that the table allows and the manifest declares.
import { dirname, join, normalize } from 'node:path'
import { imports, isTest, packages, report, sources } from './workspace.mjs'
import { rows, testOnly } from './rows.mjs'

const problems = []
const ours = (specifier) => /^@ply\/([^/]+)/.exec(specifier)?.[1]

for (const { folder, manifest, name } of packages()) {
  const rule = rows[name]
  if (!rule) {
    problems.push(`${folder}: package '${name}' is not in tools/check/rows.mjs`)
    continue
  }
  const declared = new Set(Object.keys(manifest.dependencies ?? {}))
  const dev = new Set(Object.keys(manifest.devDependencies ?? {}))
  for (const dependency of declared) {
    const target = ours(dependency)
    if (target && !rule.may.includes(target)) problems.push(`${folder}/package.json: ${name} may not import ${target}`)
  }
  for (const file of sources(folder)) {
    for (const { specifier } of imports(file)) {
      if (specifier.startsWith('.')) {
        if (!/\.(ts|json)$/.test(specifier)) problems.push(`${file}: '${specifier}' lacks its extension`)
        const target = normalize(join(dirname(file), specifier))
        if (!target.startsWith(`${folder}/`)) problems.push(`${file}: '${specifier}' reaches into another package`)
        continue
      }
      if (specifier.startsWith('node:')) continue
      const target = ours(specifier)
      const packageName = specifier.startsWith('@')
        ? specifier.split('/').slice(0, 2).join('/')
        : specifier.split('/')[0]
      if (target === name) continue
      if (isTest(file)) {
        const rootTools = ['vitest', 'fast-check', 'esbuild']
        if (!declared.has(packageName) && !dev.has(packageName) && !rootTools.includes(packageName)) {
          problems.push(`${file}: '${packageName}' is not in package.json`)
        }
        continue
      }
      if (target && (testOnly.includes(target) || !rule.may.includes(target))) {
        problems.push(`${file}: ${name} may not import ${target}`)
      }
      if (!declared.has(packageName)) problems.push(`${file}: '${packageName}' is not a dependency in package.json`)
    }
  }
}
report('arrows', problems)
