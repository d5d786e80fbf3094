import { bytesToHex } from '@ply/bytes'
import { type Block, computeTxid, type OutPoint, outPointKey, type Txid } from '@ply/primitives'
import type { BlockTransaction } from '@ply/lightning'

/** What the channels want to see of blocks. */
export class WatchList {
  readonly #txids = new Set<string>()
  readonly #outpoints = new Set<string>()

  add({ txids, outpoints }: { readonly txids: readonly Txid[]; readonly outpoints: readonly OutPoint[] }): void {
    for (const txid of txids) this.#txids.add(bytesToHex(txid))
    for (const outpoint of outpoints) this.#outpoints.add(outPointKey(outpoint))
  }

  /**
   * The block's transactions that are watched, that spend what is watched, or that spend an output of one of these in
   * the same block: only when the machine has seen the first can it ask for the next.
   */
  select(block: Block): BlockTransaction[] {
    const selected: BlockTransaction[] = []
    const parents = new Set<string>()
    block.transactions.forEach((transaction, txIndex) => {
      const watched =
        transaction.inputs.some(
          ({ prevout }) => this.#outpoints.has(outPointKey(prevout)) || parents.has(bytesToHex(prevout.txid)),
        ) || this.#txids.has(bytesToHex(computeTxid(transaction)))
      if (!watched) return
      parents.add(bytesToHex(computeTxid(transaction)))
      selected.push({ transaction, txIndex })
    })
    return selected
  }
}
