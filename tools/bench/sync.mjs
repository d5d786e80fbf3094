// Initial sync from a peer on loopback, beside validating the same blocks from disk.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'

const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'apps/node')
const bundle = await ensureBundle(folder, 'src/test/syncBench.ts', 'bundle/bench/sync.js')
await import(pathToFileURL(bundle).href)
