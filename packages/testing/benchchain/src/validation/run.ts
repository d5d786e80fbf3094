import { assert } from '@ply/bytes'
import { verifySignatureCheck } from '@ply/script'
import type { SignaturePool } from '@ply/runtime'
import { PhaseTimer } from './phases.ts'
import { ChainValidator, type PendingBlock } from './validator.ts'

/** What a run over the blocks full of spends took. */
export interface Measurement {
  readonly inputs: number
  readonly signatures: number
  /** Milliseconds from the first of those blocks to the last verdict. */
  readonly wall: number
  /** Milliseconds of processor time, all threads. */
  readonly processor: number
  readonly phases: PhaseTimer
}

export interface Run {
  readonly blocks: readonly Uint8Array[]
  /** How many of them are not measured. */
  readonly preparation: number
}

/** Blocks whose signatures may be under way while the next is connected. */
const BLOCKS_IN_FLIGHT = 3

async function measure({ blocks, preparation }: Run, verify: Verify): Promise<Measurement> {
  const phases = new PhaseTimer()
  const validator = new ChainValidator(new PhaseTimer())
  for (const bytes of blocks.slice(0, preparation)) validator.connect(bytes)
  validator.timer = phases
  let inputs = 0
  let signatures = 0
  const started = performance.now()
  const before = process.cpuUsage()
  const underWay: Promise<void>[] = []
  for (const bytes of blocks.slice(preparation)) {
    const pending = validator.connect(bytes)
    inputs += pending.inputs
    signatures += pending.checks.length
    underWay.push(verify(pending, phases))
    if (underWay.length >= BLOCKS_IN_FLIGHT) await underWay.shift()
  }
  await Promise.all(underWay)
  const used = process.cpuUsage(before)
  return {
    inputs,
    signatures,
    wall: performance.now() - started,
    processor: (used.user + used.system) / 1000,
    phases,
  }
}

type Verify = (pending: PendingBlock, phases: PhaseTimer) => Promise<void>

/** Everything in this thread, by its crypto provider. */
export function measureOneThread(run: Run): Promise<Measurement> {
  return measure(run, ({ checks }, phases) => {
    phases.time('signatures', () => {
      for (const check of checks) assert(verifySignatureCheck(check), 'a signature of the chain is good')
    })
    return Promise.resolve()
  })
}

/** Signatures in the pool's threads, while this one goes on to the next blocks. */
export function measureThreads(run: Run, pool: SignaturePool): Promise<Measurement> {
  return measure(run, async ({ checks }) => {
    const verdicts = await pool.verify(checks)
    assert(!verdicts.includes(0), 'a signature of the chain is good')
  })
}
