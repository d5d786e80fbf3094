// Full validation from disk in the node itself: inputs per second, phase by phase, its memory, and beside @noble alone.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'

// The bundle lies beside the package that has the native modules.
const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'apps/node')
const main = '../../packages/node/layer1-node/src/test/validation/main.ts'
const bundle = await ensureBundle(folder, main, 'bundle/bench/validationNode.js', { workers: true })
await import(pathToFileURL(bundle).href)
