import type { Coin, CoinsView } from '@ply/consensus'
import type { OutPoint } from '@ply/primitives'
import type { MempoolGraph } from '../pool/graph.ts'

/** The confirmed coins and the outputs of the pool, these as if the next block held them. */
export class MempoolCoins implements CoinsView {
  readonly #graph: MempoolGraph
  readonly #confirmed: CoinsView
  readonly #nextHeight: number

  constructor(graph: MempoolGraph, confirmed: CoinsView, nextHeight: number) {
    this.#graph = graph
    this.#confirmed = confirmed
    this.#nextHeight = nextHeight
  }

  get(outpoint: OutPoint): Coin | undefined {
    const entry = this.#graph.get(outpoint.txid)
    if (!entry) return this.#confirmed.get(outpoint)
    const output = entry.tx.outputs[outpoint.index]
    return output && { output, height: this.#nextHeight, isCoinbase: false }
  }
}
