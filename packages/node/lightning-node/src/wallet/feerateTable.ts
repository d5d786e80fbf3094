import type { Logger } from '@ply/ports'
import type { ChainBackend, FeeTarget } from '../chainBackend.ts'

export type Feerates = Readonly<Record<FeeTarget, number>>

/** BOLT 3 counts in whole satoshi: under 253 a rounded fee may be under what mempools take. */
export const FEERATE_FLOOR = 253

/** Where the chain gives no estimate: a chain without competition for block space. */
const FALLBACK: Feerates = { minimum: FEERATE_FLOOR, normal: 1000, urgent: 2500 }

/** The feerates of the moment, in satoshi per 1000 weight, as the backend last estimated them. */
export class FeerateTable {
  #current: Feerates = FALLBACK
  readonly #backend: ChainBackend
  readonly #logger: Logger

  constructor(backend: ChainBackend, logger: Logger) {
    this.#backend = backend
    this.#logger = logger
  }

  get current(): Feerates {
    return this.#current
  }

  /** Asks the backend anew; keeps the old figures where it fails. */
  async refresh(): Promise<void> {
    try {
      const estimate = (target: FeeTarget): Promise<number | undefined> => this.#backend.estimateFeerate(target)
      const [minimum, normal, urgent] = await Promise.all([estimate('minimum'), estimate('normal'), estimate('urgent')])
      const least = Math.max(FEERATE_FLOOR, Math.ceil(minimum ?? FALLBACK.minimum))
      const usual = Math.max(least, Math.ceil(normal ?? FALLBACK.normal))
      this.#current = { minimum: least, normal: usual, urgent: Math.max(usual, Math.ceil(urgent ?? FALLBACK.urgent)) }
    } catch (error) {
      this.#logger.log('warn', 'no feerate estimate', { error })
    }
  }
}
