// How much memory the node takes to spend from a set of five million coins, and what it depends on.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'

// The bundle lies beside the package that has the native modules.
const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'apps/node')
const main = '../../packages/node/layer1-node/src/test/coinsMemory/main.ts'
const bundle = await ensureBundle(folder, main, 'bundle/bench/coinsMemory.js')
await import(pathToFileURL(bundle).href)
