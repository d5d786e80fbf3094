import type { BlockNode, HeaderTree } from '@ply/chain'
import type { Clock, Logger } from '@ply/ports'

/** A tip older than this means that we are still catching up. */
const DEFAULT_MAX_TIP_AGE = 24 * 3600

export interface InitialDownloadFields {
  readonly clock: Clock
  /** Seconds after which a tip means that blocks are missing; a day by default. */
  readonly maxTipAge?: number
}

/** Whether the node is still catching up with the network. Once it has, it has for good. */
export class InitialDownload {
  readonly #tree: HeaderTree
  readonly #clock: Clock
  readonly #maxTipAge: number
  readonly #logger: Logger
  #isOver = false

  constructor(tree: HeaderTree, { clock, maxTipAge = DEFAULT_MAX_TIP_AGE }: InitialDownloadFields, logger: Logger) {
    this.#tree = tree
    this.#clock = clock
    this.#maxTipAge = maxTipAge
    this.#logger = logger
  }

  /** True until the tip has the work that we know of, and is recent. */
  isUnderWay(): boolean {
    if (this.#isOver) return false
    const { tip } = this.#tree.active
    if (!tip || this.#isBehind(tip)) return true
    this.#isOver = true
    this.#logger.log('info', 'Leaving InitialBlockDownload (latching to false)')
    return false
  }

  #isBehind({ chainWork, time }: BlockNode): boolean {
    if (chainWork < this.#tree.parameters.consensus.minimumChainWork) return true
    return time < Math.floor(this.#clock.now() / 1000) - this.#maxTipAge
  }
}
