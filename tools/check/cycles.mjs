// No import cycles: neither between packages nor between the files of one package (type-only imports do not run).
import { dirname, join, normalize } from 'node:path'
import { imports, packages, report, sources } from './workspace.mjs'

const graph = new Map()
for (const { folder, manifest, name } of packages()) {
  graph.set(
    name,
    Object.keys(manifest.dependencies ?? {})
      .filter((d) => d.startsWith('@ply/'))
      .map((d) => d.slice(5)),
  )
  for (const file of sources(folder)) {
    const targets = imports(file)
      .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
      .map(({ specifier }) => normalize(join(dirname(file), specifier)))
    graph.set(file, targets)
  }
}

const problems = []
const state = new Map()
const path = []
function visit(node) {
  if (state.get(node) === 'done') return
  if (state.get(node) === 'open') {
    problems.push([...path.slice(path.indexOf(node)), node].join(' -> '))
    return
  }
  state.set(node, 'open')
  path.push(node)
  for (const target of graph.get(node) ?? []) visit(target)
  path.pop()
  state.set(node, 'done')
}
for (const node of graph.keys()) visit(node)
report('cycles', problems)
