// Prints what a tree of many headers takes: `node tools/bench/headersMemory.mjs [--headers N]`.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type BlockIndexEntry, HeaderTree } from '@ply/chain'
import { computeBlockHash, REGTEST } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { unwrap } from '@ply/bytes'

const option = process.argv.indexOf('--headers')
const HEADERS = option < 0 ? 300_000 : Number(process.argv[option + 1])

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that are in use once all is collected that nobody needs. */
function memory(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The entries of one chain on top of genesis, without the work of mining it: an index is not asked for that again. */
function createEntries(): BlockIndexEntry[] {
  const random = createRandom(1)
  const known = { validity: 'scripts', failed: false, transactionCount: 1 } as const
  const place = (height: number) => ({ file: 0, offset: 300 * height, length: 290 })
  let { header } = REGTEST.genesis
  const entries: BlockIndexEntry[] = []
  for (let height = 0; height <= HEADERS; height++) {
    entries.push({ header, height, ...known, data: place(height), undo: place(height) })
    header = { ...header, previousBlockHash: computeBlockHash(header), merkleRoot: random.bytes(32), nonce: height }
  }
  return entries
}

function restore(): { readonly tree: HeaderTree; readonly milliseconds: number } {
  const entries = createEntries()
  const began = performance.now()
  const tree = unwrap(HeaderTree.restore(REGTEST, entries, computeBlockHash(entries[HEADERS]!.header)))
  return { tree, milliseconds: performance.now() - began }
}

const before = memory()
const { tree, milliseconds } = restore()
const perHeader = (memory() - before) / tree.size
const hashes = Array.from(tree.nodes(), ({ hash }) => hash)
const began = performance.now()
const found = hashes.filter((hash) => tree.get(hash)).length
const perLookup = (1e6 * (performance.now() - began)) / found
console.log(
  `${found.toLocaleString('en')} headers: ${perHeader.toFixed(0)} bytes of memory each,` +
    ` ${((1000 * milliseconds) / found).toFixed(1)} µs each to read from the index, ${perLookup.toFixed(0)} ns to find`,
)
