import { type Accepted, computeFeeRate, type EntryInfo } from '@ply/mempool'
import { computeTxid, computeWtxid, hashToDisplay, type Transaction } from '@ply/primitives'
import { btcAmount, type JsonOutput } from '@ply/rpc'

/** Both ids of a transaction. */
export const idsJson = (tx: Transaction) => ({
  txid: hashToDisplay(computeTxid(tx)),
  wtxid: hashToDisplay(computeWtxid(tx)),
})

/** An entry of the mempool and its surroundings. `unbroadcast`: no peer has asked for it yet. */
export function entryJson(info: EntryInfo, unbroadcast: boolean): Readonly<Record<string, JsonOutput>> {
  const { entry, ancestors, descendants, depends, spentBy, chunk } = info
  return {
    vsize: entry.vsize,
    weight: entry.weight,
    time: entry.time,
    height: entry.height,
    descendantcount: descendants.count,
    descendantsize: descendants.vsize,
    ancestorcount: ancestors.count,
    ancestorsize: ancestors.vsize,
    wtxid: hashToDisplay(entry.wtxid),
    chunkweight: chunk.weight,
    fees: {
      base: btcAmount(entry.fee),
      modified: btcAmount(entry.modifiedFee),
      ancestor: btcAmount(ancestors.fees),
      descendant: btcAmount(descendants.fees),
      chunk: btcAmount(chunk.fee),
    },
    depends: depends.map(({ txid }) => hashToDisplay(txid)).sort(),
    spentby: spentBy.map(({ txid }) => hashToDisplay(txid)),
    unbroadcast,
  }
}

/** The fee, and for what just came in, over which transactions its feerate was judged. */
export function acceptedFeesJson({ entry, together = [entry], known }: Accepted): JsonOutput {
  if (known) return { base: btcAmount(entry.fee) }
  const fee = together.reduce((sum, each) => sum + each.modifiedFee, 0n)
  const vsize = together.reduce((sum, each) => sum + each.vsize, 0)
  return {
    base: btcAmount(entry.fee),
    'effective-feerate': btcAmount(computeFeeRate(fee, vsize)),
    'effective-includes': together.map(({ wtxid }) => hashToDisplay(wtxid)),
  }
}
