import { compareBytes } from '@ply/bytes'
import { createSerializedUtxoHash } from '@ply/chain'
import type { Coin } from '@ply/consensus'
import { type Block, computeTxid, hashToDisplay, isCoinbase, type OutPoint, outPointKey } from '@ply/primitives'
import { isUnspendable } from '@ply/script'

/** What a chain leaves unspent, by adding up its transactions and nothing else. */
export interface ReplayedCoins {
  readonly count: number
  /** Satoshi. */
  readonly total: bigint
  /** `hash_serialized_3` of `gettxoutsetinfo`. */
  readonly hash: string
}

/** `blocks`: all behind genesis, in order. */
export function replayCoins(blocks: readonly Block[]): ReplayedCoins {
  const coins = new Map<string, { readonly outpoint: OutPoint; readonly coin: Coin }>()
  for (const [i, { transactions }] of blocks.entries()) {
    for (const tx of transactions) {
      const txid = computeTxid(tx)
      for (const { prevout } of tx.inputs) coins.delete(outPointKey(prevout))
      for (const [index, output] of tx.outputs.entries()) {
        if (isUnspendable(output.scriptPubKey)) continue
        const outpoint = { txid, index }
        coins.set(outPointKey(outpoint), { outpoint, coin: { output, height: i + 1, isCoinbase: isCoinbase(tx) } })
      }
    }
  }
  const hash = createSerializedUtxoHash()
  const sorted = [...coins.values()].sort(
    (a, b) => compareBytes(a.outpoint.txid, b.outpoint.txid) || a.outpoint.index - b.outpoint.index,
  )
  for (const { outpoint, coin } of sorted) hash.add(outpoint, coin)
  const total = sorted.reduce((sum, { coin }) => sum + coin.output.value, 0n)
  return { count: sorted.length, total, hash: hashToDisplay(hash.digest()) }
}
