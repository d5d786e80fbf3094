// Writes what is made from the table of RPC methods: docs/rpc.md, docs/openrpc*.json and the types of the client.
// `node tools/rpcDocs.mjs --check` writes nothing and fails where something is not as the table says.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { startPlyd } from './bench/daemons/daemons.mjs'
import { formatMethods } from './rpcDocs/markdown.mjs'
import { methodTypes, noteMethodShapes, Shapes } from './rpcDocs/typeScript.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const generated = join(root, 'packages/node/rpc/src/client/generated')
const LIGHTNING = 'docs'
/** What is there for tests alone. */
const HIDDEN = 'Hidden'

/** The document and the help texts behind a path. */
async function discover({ port, headers }, path) {
  const call = async (method, ...params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
    return (await answer.json()).result
  }
  const document = await call('rpc.discover')
  const help = new Map()
  for (const { name } of document.methods) help.set(name, await call('help', name))
  return { document, help }
}

const camel = (group) => group.charAt(0).toLowerCase() + group.slice(1)

/** Methods in one file, at most. */
const METHODS_PER_FILE = 30

/** Files by path: the types of one document's methods, one file for each group, or several for a big one. */
function typeFiles(prefix, { methods }, shapes) {
  const groups = [...new Set(methods.map(({ tags }) => tags[0].name))].sort()
  return groups.flatMap((group) => {
    const members = methods.filter(({ tags }) => tags[0].name === group)
    const parts = Math.ceil(members.length / METHODS_PER_FILE)
    const size = Math.ceil(members.length / parts)
    return Array.from({ length: parts }, (_, part) => {
      const name = `${prefix}${group}Methods${part === 0 ? '' : part + 1}`
      const text = methodTypes(name, members.slice(part * size, (part + 1) * size), shapes)
      return { name, path: join(generated, `${camel(name)}.ts`), text }
    })
  })
}

function indexFile(layer1, lightning) {
  const imports = [...layer1, ...lightning].map(
    ({ name, path }) => `import type { ${name} } from './${basename(path)}'`,
  )
  const combine = (files) => files.map(({ name }) => name).join(', ')
  return {
    path: join(generated, 'methods.ts'),
    text:
      `// Made by \`pnpm docs:rpc\` from the table of methods: not to be edited.\n${imports.join('\n')}\n\n` +
      `/** Methods at \`/\`. */\nexport interface Layer1Rpc extends ${combine(layer1)} {}\n\n` +
      `/** Methods at \`/lightning/<name>\`. */\nexport interface LightningRpc extends ${combine(lightning)} {}\n`,
  }
}

function referencePage(layer1, lightning) {
  const shown = ({ document }) => document.methods.filter(({ tags }) => tags[0].name !== HIDDEN)
  const intro =
    '# RPC reference\n\nMade by `pnpm docs:rpc` from the table of methods; `help METHOD` shows the same. ' +
    'The same as OpenRPC documents: [openrpc.json](openrpc.json), [openrpc-lightning.json](openrpc-lightning.json); ' +
    'a running plyd gives them by `rpc.discover`.\n'
  return [
    intro,
    formatMethods('The chain: `/`', shown(layer1), (name) => layer1.help.get(name)),
    formatMethods('A Lightning node: `/lightning/<name>`', shown(lightning), (name) => lightning.help.get(name)),
  ].join('\n')
}

const daemon = await startPlyd(['--ln', LIGHTNING])
let files
try {
  const layer1 = await discover(daemon, '/')
  const lightning = await discover(daemon, `/lightning/${LIGHTNING}`)
  const shapes = new Shapes()
  for (const { document } of [layer1, lightning]) noteMethodShapes(document.methods, shapes)
  const types = [typeFiles('', layer1.document, shapes), typeFiles('Lightning', lightning.document, shapes)]
  files = [
    { path: join(root, 'docs/openrpc.json'), text: JSON.stringify(layer1.document) },
    { path: join(root, 'docs/openrpc-lightning.json'), text: JSON.stringify(lightning.document) },
    { path: join(root, 'docs/rpc.md'), text: referencePage(layer1, lightning) },
    ...types.flat(),
    { path: join(generated, 'shapes.ts'), text: shapes.file() },
    indexFile(...types),
  ]
} finally {
  await daemon.stop()
}

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
const stale = []
for (const { path, text } of files) {
  const options = await resolveConfig(path)
  const wanted = path.endsWith('.md') ? text : await format(text, { ...options, filepath: path })
  if (read(path) === wanted) continue
  stale.push(relative(root, path))
  if (process.argv.includes('--check')) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, wanted)
}
const known = new Set(files.map(({ path }) => path))
for (const name of read(join(generated, 'methods.ts')) === undefined ? [] : readdirSync(generated)) {
  const path = join(generated, name)
  if (known.has(path)) continue
  stale.push(relative(root, path))
  if (!process.argv.includes('--check')) rmSync(path)
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`not as the table of methods says: ${stale.join(', ')}; run pnpm docs:rpc`)
  process.exit(1)
}
console.log(stale.length > 0 ? `written: ${stale.join(', ')}` : 'all as the table of methods says')
