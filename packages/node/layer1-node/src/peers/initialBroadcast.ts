import { ByteReader } from '@ply/bytes'
import type { Clock, Entropy } from '@ply/ports'
import type { Transaction } from '@ply/primitives'
import type { MempoolManager } from '../mempool/mempoolManager.ts'

const MINUTE = 60_000

/** Announces our users' transactions again until a peer asks for them, every 10 to 15 minutes as Bitcoin Core does. */
export class InitialBroadcast {
  readonly #mempool: MempoolManager
  readonly #clock: Clock
  readonly #entropy: Entropy
  readonly #announce: (tx: Transaction) => void
  #cancel: () => void = () => undefined

  constructor(fields: {
    readonly mempool: MempoolManager
    readonly clock: Clock
    readonly entropy: Entropy
    announce(tx: Transaction): void
  }) {
    this.#mempool = fields.mempool
    this.#clock = fields.clock
    this.#entropy = fields.entropy
    this.#announce = (tx) => fields.announce(tx)
    this.#schedule()
  }

  #schedule(): void {
    const random = new ByteReader(this.#entropy.bytes(4)).u32() / 2 ** 32
    this.#cancel = this.#clock.schedule((10 + 5 * random) * MINUTE, () => {
      for (const { tx } of this.#mempool.unbroadcast) this.#announce(tx)
      this.#schedule()
    })
  }

  stop(): void {
    this.#cancel()
  }
}
