// Prints how fast the node makes the coins from block files: `node tools/bench/validationNode.mjs [--blocks N] [--without-noble]`.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { computeLimits, ensureChainFile, SCHNORR_SHARE, STANDARD_PLAN } from '@ply/benchchain'
import { chooseCryptoProvider } from '@ply/runtime'
import { type Job, measureNode, type Outcome } from './measure.ts'
import { type Phase, PHASE_NAMES } from './profile.ts'

/** Each measurement has a process of its own, so that memory is its own too. */
function measure(job: Job): Outcome {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--job', JSON.stringify(job)]
  const child = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
  if (child.status !== 0) throw new Error('the measurement failed')
  return JSON.parse(child.stdout) as Outcome
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const each = (outcome: Outcome, milliseconds: number): string => ((1000 * milliseconds) / outcome.inputs).toFixed(1)

function report(outcome: Outcome): void {
  const { inputs, wall, processor, mainThread, peakMemory } = outcome
  const cores = processor / wall
  console.log(
    `${outcome.provider}: ${whole(inputs / (wall / 1000))} inputs/s, ${cores.toFixed(2)} cores busy,` +
      ` ${each(outcome, processor)} µs of processor time per input, peak memory ${whole(peakMemory / 1e6)} MB`,
  )
  if (mainThread === undefined || mainThread >= processor) return
  // Nothing waits where the busiest thread and all of them together are done at the same time.
  const bound = Math.max(mainThread, processor / 2)
  console.log(
    `  of it ${each(outcome, mainThread)} µs in the main thread: two cores that nobody else uses reach` +
      ` ${whole(inputs / (bound / 1000))} inputs/s`,
  )
}

/** Signatures per input of the generated chain that are verified after the scripts ran. */
const SIGNATURES_PER_INPUT = 0.95

/** Microseconds per input that no phase can go below on this machine, by the primitives that it is made of. */
function computePhaseLimits({ inputs, coinWrite }: Outcome, bytes: number): Partial<Record<Phase, number>> {
  chooseCryptoProvider()
  const measured = { inputs, signatures: inputs * SIGNATURES_PER_INPUT }
  // Every input has an output beside it, which the store must keep if nobody spends it soon.
  return { ...computeLimits({ measured, bytes, schnorrShare: SCHNORR_SHARE }), store: coinWrite }
}

/** Enough that starting threads and compiling hardly count. */
const DEFAULT_BLOCKS = 50

async function main(): Promise<void> {
  const option = (name: string): string | undefined => {
    const at = process.argv.indexOf(name)
    return at < 0 ? undefined : process.argv[at + 1]
  }
  const job = option('--job')
  if (job !== undefined) {
    process.stdout.write(JSON.stringify(await measureNode(JSON.parse(job) as Job)))
    return
  }
  const blocks = Number(option('--blocks') ?? DEFAULT_BLOCKS)
  const chainFile = ensureChainFile({ ...STANDARD_PLAN, blocks })
  console.log(`node, ${blocks} full blocks from disk to coins on disk; ${availableParallelism()} cores`)
  const fast = measure({ chainFile, provider: 'fastest', profile: false })
  report(fast)
  const profiled = measure({ chainFile, provider: 'fastest', profile: true })
  const mainThread = profiled.mainThread ?? profiled.processor
  const shares = new Map(profiled.phases)
  const limits = computePhaseLimits(profiled, statSync(chainFile).size)
  console.log('phase of the main thread   µs/input   its limit')
  const line = (name: string, milliseconds: number, limit?: number): void => {
    console.log(
      `  ${name.padEnd(20)}${each(profiled, milliseconds).padStart(13)}${(limit?.toFixed(2) ?? '').padStart(12)}`,
    )
  }
  for (const phase of PHASE_NAMES) {
    line(phase, (shares.get(phase) ?? 0) * mainThread, phase === 'signatures' ? undefined : limits[phase])
  }
  line('all other threads', profiled.processor - mainThread, limits.signatures)
  console.log('Other threads verify signatures (their limit), collect garbage and write the store.')
  if (process.argv.includes('--without-noble')) return
  const noble = measure({
    chainFile: ensureChainFile({ ...STANDARD_PLAN, blocks: 1 }),
    provider: 'noble',
    profile: false,
  })
  report(noble)
  const ratio = noble.processor / noble.inputs / (fast.processor / fast.inputs)
  console.log(`${ratio.toFixed(1)}× @noble in processor time, of one thread`)
}

await main()
