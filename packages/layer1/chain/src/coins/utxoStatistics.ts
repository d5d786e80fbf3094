import { equalBytes } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { type OutPoint, type Sats, sats, type Txid } from '@ply/primitives'

/** Bytes that a coin counts for beside its script, whatever a store makes of it. */
const BOGO_SIZE_BASE = 32 + 4 + 4 + 8 + 2

/** A measure of a coin's size that depends on no store. */
export const computeBogoSize = (scriptPubKey: Uint8Array): number => BOGO_SIZE_BASE + scriptPubKey.length

/** What `gettxoutsetinfo` counts, over coins that come in order of txid. */
export class UtxoStatistics {
  transactions = 0
  outputs = 0
  bogoSize = 0
  totalAmount: Sats = sats(0)
  #last: Txid | undefined

  add(outpoint: OutPoint, coin: Coin): void {
    if (this.#last === undefined || !equalBytes(this.#last, outpoint.txid)) this.transactions++
    this.#last = outpoint.txid
    this.outputs++
    this.bogoSize += computeBogoSize(coin.output.scriptPubKey)
    this.totalAmount = sats(this.totalAmount + coin.output.value)
  }
}
