import type { BlockNode, BlockTemplate } from '@ply/chain'
import { computeNextBits } from '@ply/consensus'
import type { Layer1Node } from '../layer1Node.ts'

/** Seconds for which a template is good enough, though the pool has changed since. */
const MAX_AGE = 5

interface KeptTemplate {
  readonly template: BlockTemplate
  readonly tip: BlockNode
  /** Of the pool when it was made. */
  readonly updates: number
  /** Seconds since the Unix epoch. */
  readonly madeAt: number
}

/** The template that miners are told of: all get the same one, until there is another tip or reason enough for a new. */
export class TemplateCache {
  readonly #node: Layer1Node
  #kept: KeptTemplate | undefined

  constructor(node: Layer1Node) {
    this.#node = node
  }

  /** What `updates` of the pool the last one was made from; 0 if there is none. */
  get updates(): number {
    return this.#kept?.updates ?? 0
  }

  /** The template with the time that it is now, and the target that goes with it. */
  current(): BlockTemplate {
    const { chain, mempool, network } = this.#node
    const now = mempool.now()
    const kept = this.#kept
    const isStale = kept?.tip !== chain.tip || (kept.updates !== mempool.updates && now - kept.madeAt > MAX_AGE)
    const { template } = isStale ? this.#make(now) : kept
    const { header } = template.block
    const time = Math.max(header.time, template.minTime, now)
    const bits = computeNextBits(chain.tip, time, network)
    return { ...template, block: { ...template.block, header: { ...header, time, bits } } }
  }

  #make(madeAt: number): KeptTemplate {
    const { chain, mempool, miner, rewardScript } = this.#node
    const template = miner.template({ scriptPubKey: rewardScript })
    this.#kept = { template, tip: chain.tip, updates: mempool.updates, madeAt }
    return this.#kept
  }
}
