import type { Clock, Logger } from '@ply/ports'
import type { MempoolManager } from '../mempool/mempoolManager.ts'
import type { Miner } from './miner.ts'

/** When blocks come by themselves: never, as soon as there is a transaction, or every so many milliseconds. */
export type AutominePolicy =
  { readonly type: 'off' } | { readonly type: 'transaction' } | { readonly type: 'interval'; readonly ms: number }

export interface AutomineFields {
  readonly miner: Miner
  readonly mempool: MempoolManager
  readonly clock: Clock
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
    if (policy.type === 'interval') this.#arm(policy.ms)
    if (policy.type === 'transaction' && this.#fields.mempool.mempool.size > 0) this.#schedule()
  }

  #arm(ms: number): void {
    this.#cancel = this.#fields.clock.schedule(ms, () => {
      this.#schedule()
      this.#arm(ms)
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
