// Relay of a 1 MB block to a node that has its transactions.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'

const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'apps/node')
const bundle = await ensureBundle(folder, 'src/test/compactBlockBench.ts', 'bundle/bench/compactBlock.js')
await import(pathToFileURL(bundle).href)
