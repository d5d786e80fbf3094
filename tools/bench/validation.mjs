// Inputs validated per second on the generated chain, phase by phase, in one thread, in threads, and by @noble alone.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'

// The bundle lies beside the package whose native providers it loads.
const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'packages/io/runtime')
const main = '../../testing/benchchain/src/validation/main.ts'
const bundle = await ensureBundle(folder, main, 'bundle/bench/validation.js', { workers: true })
await import(pathToFileURL(bundle).href)
