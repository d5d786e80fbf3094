// Prints how fast the generated chain is validated: `pnpm bench validation [--blocks N] [--without-noble]`.
import { availableParallelism } from 'node:os'
import { installProvider, nobleProvider } from '@ply/crypto'
import { chooseCryptoProvider, createSignaturePool } from '@ply/runtime'
import { ensureChainFile, readChainFile } from '../chainFile.ts'
import { preparationBlocks, STANDARD_PLAN } from '../generateChain.ts'
import { computeLimits, SCHNORR_SHARE } from './limits.ts'
import { PHASES } from './phases.ts'
import { type Measurement, measureOneThread, measureThreads } from './run.ts'

const flag = (name: string): string | undefined => process.argv[process.argv.indexOf(name) + 1]
const blocks = process.argv.includes('--blocks') ? Number(flag('--blocks')) : STANDARD_PLAN.blocks

const perSecond = ({ inputs, wall }: Measurement): number => inputs / (wall / 1000)
/** What the same work would reach if this program had had the machine's cores to itself all the time that it worked. */
const perProcessorSecond = ({ inputs, processor }: Measurement): number => inputs / (processor / 1000)
const figure = (value: number, width = 9): string => Math.round(value).toLocaleString('en').padStart(width)
const line = (name: string, measured: Measurement, more = ''): void => {
  const busy = (measured.processor / measured.wall).toFixed(2)
  const each = figure(perProcessorSecond(measured), 7)
  console.log(
    `${name.padEnd(30)}${figure(perSecond(measured), 7)} inputs/s, ${busy} cores busy, ${each} per core${more}`,
  )
}

const provider = chooseCryptoProvider()
const all = readChainFile(ensureChainFile({ ...STANDARD_PLAN, blocks }))
const run = { blocks: all, preparation: preparationBlocks }
const megabytes = all.slice(preparationBlocks).reduce((sum, block) => sum + block.length, 0) / 1e6

const one = await measureOneThread(run)
console.log(
  `${blocks} blocks of ${STANDARD_PLAN.transactionsPerBlock} transactions, ${megabytes.toFixed(1)} MB,` +
    ` ${one.inputs} inputs, ${one.signatures} signatures; ${provider.name}, ${availableParallelism()} cores\n`,
)
const limits = computeLimits({ measured: one, bytes: megabytes * 1e6, schnorrShare: SCHNORR_SHARE })
console.log('phase (one thread)     µs/input   share   its limit')
for (const phase of PHASES) {
  const each = (1000 * one.phases.of(phase)) / one.inputs
  const limit = limits[phase]?.toFixed(3) ?? ''
  const share = (100 * one.phases.of(phase)) / one.processor
  console.log(
    `  ${phase.padEnd(16)}${each.toFixed(2).padStart(13)}${share.toFixed(1).padStart(7)} %${limit.padStart(12)}`,
  )
}
console.log('')
line('one thread', one)

const pool = createSignaturePool()
await measureThreads({ blocks: all.slice(0, preparationBlocks + 1), preparation: preparationBlocks }, pool)
const threads = await measureThreads(run, pool)
line('signatures in threads', threads, `; ${(perSecond(threads) / perSecond(one)).toFixed(2)}× one thread`)
await pool.close()

if (!process.argv.includes('--without-noble')) {
  installProvider(nobleProvider)
  const noble = await measureOneThread({ blocks: all.slice(0, preparationBlocks + 1), preparation: preparationBlocks })
  line('@noble, one thread, one block', noble)
  console.log(`\nin threads ${(perSecond(threads) / perSecond(noble)).toFixed(1)}× @noble in one thread`)
}
const { rss, heapUsed } = process.memoryUsage()
console.log(`memory at the end ${figure(rss / 1e6, 0)} MB, of it heap ${figure(heapUsed / 1e6, 0)} MB`)
