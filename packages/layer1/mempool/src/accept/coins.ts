import { bytesToHex } from '@ply/bytes'
import type { Coin, CoinsView } from '@ply/consensus'
import { computeTxid, type OutPoint, type Transaction } from '@ply/primitives'
import type { MempoolGraph } from '../pool/graph.ts'

/** The confirmed coins and the outputs of package and pool, these as if the next block held them. */
export class MempoolCoins implements CoinsView {
  readonly #graph: MempoolGraph
  readonly #confirmed: CoinsView
  readonly #nextHeight: number
  readonly #packaged: ReadonlyMap<string, Transaction>

  /** `packaged`: transactions that are not in the pool and count as if they were. */
  constructor(graph: MempoolGraph, confirmed: CoinsView, nextHeight: number, packaged: readonly Transaction[] = []) {
    this.#graph = graph
    this.#confirmed = confirmed
    this.#nextHeight = nextHeight
    this.#packaged = new Map(packaged.map((tx) => [bytesToHex(computeTxid(tx)), tx]))
  }

  get(outpoint: OutPoint): Coin | undefined {
    const tx = this.#packaged.get(bytesToHex(outpoint.txid)) ?? this.#graph.get(outpoint.txid)?.tx
    if (!tx) return this.#confirmed.get(outpoint)
    const output = tx.outputs[outpoint.index]
    return output && { output, height: this.#nextHeight, isCoinbase: false }
  }
}
