import { hashToDisplay, computeTxid, formatBtc, sats, type Txid, WITNESS_SCALE_FACTOR } from '@ply/primitives'
import type { TemplateEntry } from '@ply/chain'
import type { Logger } from '@ply/ports'

/** A line for each transaction of a new block, in its order: what it pays with the operator's correction (`-printpriority`). */
export function logFeeRates(entries: readonly TemplateEntry[], feeDelta: (txid: Txid) => bigint, logger: Logger): void {
  for (const { tx, fee, weight } of entries) {
    const txid = computeTxid(tx)
    const vsize = BigInt(Math.ceil(weight / WITNESS_SCALE_FACTOR))
    const rate = ((fee + feeDelta(txid)) * 1000n) / vsize
    logger.log('info', `fee rate ${formatBtc(sats(rate))} BTC/kvB txid ${hashToDisplay(txid)}`)
  }
}
