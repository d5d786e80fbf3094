// Offers the same blocks, headers and transactions to a real bitcoind and to our node, and compares every verdict:
//   node tools/interop/differential.mjs --bitcoind PATH [--seed N] [--steps N] [--setup standard|nonstandard|late]
// Prints the verdicts that came up with how often they did, then every difference with what was submitted.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'

// The bundle lies beside the package whose native store it loads.
const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'packages/io/storage')
const main = '../../node/layer1-node/src/interop/differential/main.ts'
const bundle = await ensureBundle(folder, main, 'bundle/interop/differential.js')
await import(pathToFileURL(bundle).href)
