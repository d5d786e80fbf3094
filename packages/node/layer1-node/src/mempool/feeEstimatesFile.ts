import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { BlockPolicyEstimator, decodeFeeEstimates, encodeFeeEstimates } from '@ply/mempool'
import type { Clock, Logger } from '@ply/ports'
import { writeFileAtomic } from '@ply/runtime'
import type { DataFolder } from '../storage/dataFolder.ts'
import type { MempoolManager } from './mempoolManager.ts'

const HOUR = 3_600_000
/** Older estimates say little about today. */
const MAX_AGE_HOURS = 60

/** What an earlier run learnt; undefined if that cannot be read, or is too old unless `acceptStale`. */
async function readEstimator(
  path: string,
  { acceptStale, logger }: { readonly acceptStale: boolean; readonly logger: Logger },
): Promise<BlockPolicyEstimator | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  if (!bytes) {
    logger.log('info', `${path} is not found. Continue anyway.`)
    return undefined
  }
  const age = Math.floor((Date.now() - (await stat(path)).mtimeMs) / HOUR)
  if (age > MAX_AGE_HOURS && !acceptStale) {
    const limits = `(age=${age} > ${MAX_AGE_HOURS} hours)`
    const words = `too old ${limits} and will not be used to avoid serving stale estimates.`
    logger.log('warn', `Fee estimation file ${path} ${words}`)
    return undefined
  }
  const saved = decodeFeeEstimates(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (saved.ok) return new BlockPolicyEstimator(saved.value)
  logger.log('warn', `Failed to read fee estimates from ${path}. Continue anyway.`, { error: saved.error.message })
  return undefined
}

/** What the file belongs to. */
export interface EstimatingNode {
  readonly folder: Pick<DataFolder, 'root'>
  readonly mempool: MempoolManager
  readonly clock: Clock
  readonly logger: Logger
}

/** Keeps fee_estimates.dat: reads it at the start, writes it every hour and at the end. */
export class FeeEstimatesFile {
  readonly #node: EstimatingNode
  readonly #path: string
  #cancel: () => void = () => undefined

  private constructor(node: EstimatingNode, path: string) {
    this.#node = node
    this.#path = path
    this.#schedule()
  }

  static async open(node: EstimatingNode, options: { readonly acceptStale: boolean }): Promise<FeeEstimatesFile> {
    const path = join(node.folder.root, 'fee_estimates.dat')
    const estimator = await readEstimator(path, { ...options, logger: node.logger })
    if (estimator) node.mempool.restoreEstimator(estimator)
    return new FeeEstimatesFile(node, path)
  }

  #schedule(): void {
    this.#cancel = this.#node.clock.schedule(HOUR, () => {
      void this.#write()
      this.#schedule()
    })
  }

  async #write(): Promise<void> {
    const path = this.#path
    const logger = this.#node.logger.child('estimatefee')
    try {
      await writeFileAtomic(path, encodeFeeEstimates(this.#node.mempool.estimator.save()), 0o600, `${path}.new`)
      logger.log('debug', `Flushed fee estimates to ${path}.`)
    } catch (error) {
      logger.log('warn', `Failed to write fee estimates to ${path}. Continue anyway.`, { error })
    }
  }

  async close(): Promise<void> {
    this.#cancel()
    this.#node.mempool.estimator.flushUnconfirmed()
    await this.#write()
  }
}
