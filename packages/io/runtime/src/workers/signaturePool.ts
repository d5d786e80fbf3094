import { setImmediate } from 'node:timers/promises'
import { locateWorker } from './locateWorker.ts'
import { isPackable, packChecks, type SignatureToVerify } from './packedChecks.ts'
import type { VerifyRequest } from './signatureWorker.ts'
import { verifyChecks } from './verifyChecks.ts'
import { WorkerPool } from './workerPool.ts'

export interface SignaturePoolOptions {
  /** Threads; as many as the machine runs at once unless given. None verifies in this thread. */
  readonly workers?: number
  /** The worker's script, where it does not lie where a build puts it. */
  readonly entry?: URL
}

export interface SignaturePool {
  /** A byte per signature, in order: 1 if it is good. Always answers: what no worker can do this thread does. */
  verify(checks: readonly SignatureToVerify[]): Promise<Uint8Array>
  /** True if there are threads to verify in. */
  readonly threaded: boolean
  close(): Promise<void>
}

/** Signatures per message: enough that sending costs little, few enough that all threads end at about the same time. */
const BATCH = 128
/** Fewer than this are verified sooner than a thread is asked. */
const WORTH_ASKING = 8

/** A pool of threads that verify signatures, each with the fastest crypto provider. Threads start when first needed. */
export function createSignaturePool({ workers, entry }: SignaturePoolOptions = {}): SignaturePool {
  const script = entry ?? locateWorker('signatureWorker', import.meta.url)
  const pool =
    script && workers !== 0
      ? new WorkerPool<VerifyRequest, Uint8Array>({ entry: script, ...(workers !== undefined && { workers }) })
      : undefined

  /** In this thread, with a pause before each batch in which others get their turn. */
  async function verifyHere(batch: readonly SignatureToVerify[]): Promise<Uint8Array> {
    await setImmediate()
    return verifyChecks(batch, batch.length)
  }

  async function verifyBatch(batch: readonly SignatureToVerify[]): Promise<Uint8Array> {
    if (!pool?.usable || !batch.every(isPackable)) return verifyHere(batch)
    const packed = packChecks(batch)
    try {
      return await pool.run({ message: { packed, count: batch.length }, transfer: [packed.buffer] })
    } catch {
      return verifyHere(batch)
    }
  }

  return {
    async verify(checks) {
      if (checks.length < WORTH_ASKING) return verifyChecks(checks, checks.length)
      const verdicts = new Uint8Array(checks.length)
      const starts = Array.from({ length: Math.ceil(checks.length / BATCH) }, (_, i) => i * BATCH)
      await Promise.all(
        starts.map(async (start) => {
          verdicts.set(await verifyBatch(checks.slice(start, start + BATCH)), start)
        }),
      )
      return verdicts
    },
    get threaded() {
      return pool?.usable ?? false
    },
    async close() {
      await pool?.close()
    },
  }
}
