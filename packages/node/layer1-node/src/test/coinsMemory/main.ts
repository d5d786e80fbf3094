// Prints the memory that spending from large sets of coins takes: `node tools/bench/coinsMemory.mjs [--coins N] [--blocks N]`.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Job, measureCoins, type Outcome } from './measure.ts'

/** Each measurement has a process of its own, so that memory is its own too. */
function measure(job: Job): Outcome {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--job', JSON.stringify(job)]
  const child = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
  if (child.status !== 0) throw new Error('the measurement failed')
  return JSON.parse(child.stdout) as Outcome
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

function report(job: Job): void {
  const { inputs, memoryBefore, peakMemory, processor } = measure(job)
  const bound = job.coinsCacheBytes === undefined ? 'cache as by default' : `cache of ${megabytes(job.coinsCacheBytes)}`
  console.log(
    `${job.coins.toLocaleString('en')} coins, ${bound}: ${inputs.toLocaleString('en')} spent at random,` +
      ` ${((1000 * processor) / inputs).toFixed(1)} µs of processor time each;` +
      ` memory ${megabytes(memoryBefore)} before, ${megabytes(peakMemory)} at its peak`,
  )
}

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
const job = option('--job')
if (job !== undefined) {
  process.stdout.write(JSON.stringify(await measureCoins(JSON.parse(job) as Job)))
} else {
  const coins = Number(option('--coins') ?? 5_000_000)
  const blocks = Number(option('--blocks') ?? 100)
  report({ coins: coins / 5, blocks, coinsCacheBytes: undefined })
  report({ coins, blocks, coinsCacheBytes: undefined })
  report({ coins, blocks, coinsCacheBytes: 25_000_000 })
}
