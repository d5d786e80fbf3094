// How much memory each header takes of a long chain, and how long finding it.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'

// The bundle lies beside the package that has the native modules.
const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'apps/node')
const main = '../../packages/node/layer1-node/src/test/headersMemory/main.ts'
const bundle = await ensureBundle(folder, main, 'bundle/bench/headersMemory.js')
await import(pathToFileURL(bundle).href)
