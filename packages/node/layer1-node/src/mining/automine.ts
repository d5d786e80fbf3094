import type { Clock, Entropy, Logger } from '@ply/ports'
import type { MempoolManager } from '../mempool/mempoolManager.ts'
import type { Miner } from './miner.ts'

/**
 * When blocks come by themselves: never, as soon as there is a transaction, every so many milliseconds, or by chance
 * with so many between them on average, as on a network of many miners.
 */
export type AutominePolicy =
  | { readonly type: 'off' }
  | { readonly type: 'transaction' }
  | { readonly type: 'interval'; readonly ms: number }
  | { readonly type: 'poisson'; readonly ms: number }

/** Milliseconds until the next event of a Poisson process: exponentially distributed. */
export function drawWaitingTime(meanMs: number, entropy: Entropy): number {
  const bits = entropy.bytes(6).reduce((value, byte) => value * 256 + byte, 0)
  return -Math.log(1 - bits / 2 ** 48) * meanMs
}

export interface AutomineFields {
  readonly miner: Pick<Miner, 'generate'>
  readonly mempool: Pick<MempoolManager, 'subscribe' | 'mempool'>
  readonly clock: Clock
  /** Draws the times between blocks of the `poisson` policy. */
  readonly entropy: Entropy
  readonly logger: Logger
  /** Where the rewards go. */
  readonly scriptPubKey: Uint8Array
}

/** Mines without being asked, by a policy that may change at any time. */
export class Automine {
  readonly #fields: AutomineFields
  #policy: AutominePolicy = { type: 'off' }
  #cancel: () => void = () => undefined
  #due = false
  #work: Promise<void> = Promise.resolve()

  constructor(fields: AutomineFields) {
    this.#fields = fields
    fields.mempool.subscribe({
      added: () => {
        if (this.#policy.type === 'transaction') this.#schedule()
      },
    })
  }

  get policy(): AutominePolicy {
    return this.#policy
  }

  set(policy: AutominePolicy): void {
    this.#cancel()
    this.#policy = policy
    this.#cancel = () => undefined
    if (policy.type === 'interval' || policy.type === 'poisson') this.#arm(policy)
    if (policy.type === 'transaction' && this.#fields.mempool.mempool.size > 0) this.#schedule()
  }

  #arm(policy: AutominePolicy & { readonly ms: number }): void {
    const { clock, entropy } = this.#fields
    const wait = policy.type === 'poisson' ? drawWaitingTime(policy.ms, entropy) : policy.ms
    this.#cancel = clock.schedule(wait, () => {
      this.#schedule()
      this.#arm(policy)
    })
  }

  /** One block for all that comes in the same turn. */
  #schedule(): void {
    if (this.#due) return
    this.#due = true
    this.#work = this.#work.then(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      this.#due = false
      const { miner, logger, scriptPubKey } = this.#fields
      const mined = await miner.generate(1, { scriptPubKey })
      if (!mined.ok) logger.log('warn', `automine: ${mined.error.reason}`)
    })
    this.#work.catch((error: unknown) => this.#fields.logger.log('error', 'automine failed', { error }))
  }

  /** Mines no more; resolves when the last block is done. */
  async stop(): Promise<void> {
    this.set({ type: 'off' })
    await this.#work.catch(() => undefined)
  }
}
