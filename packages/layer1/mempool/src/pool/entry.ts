import { bytesToHex } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import {
  computeTxid,
  computeWtxid,
  type Sats,
  sats,
  totalSize,
  type Transaction,
  transactionWeight,
  type Txid,
  type Wtxid,
} from '@ply/primitives'
import type { Cluster } from './cluster.ts'

/** What accepting a transaction found out about it. */
export interface EntryFields {
  readonly tx: Transaction
  readonly fee: Sats
  /** Operator's correction of the fee, for choosing only. */
  readonly feeDelta: bigint
  /** Seconds since the Unix epoch. */
  readonly time: number
  /** Height of the tip when it came. */
  readonly height: number
  readonly sigopCost: number
  /** What one signature operation counts for, in units of weight. */
  readonly bytesPerSigop: number
  readonly coins: readonly Coin[]
  readonly sequence: number
  /** It comes back from a block that left the chain. */
  readonly fromBlock: boolean
}

/** A transaction of the pool. Only this package writes to it. */
export class MempoolEntry {
  readonly tx: Transaction
  readonly txid: Txid
  readonly wtxid: Wtxid
  /** Txid in hex (internal byte order). */
  readonly key: string
  readonly fee: Sats
  readonly weight: number
  readonly sigopCost: number
  /** Weight, or what its signature operations count as if that is more: the size that feerates are over. */
  readonly adjustedWeight: number
  /** Adjusted weight in vbytes, rounded up. */
  readonly vsize: number
  readonly time: number
  readonly height: number
  /** Order of arrival. */
  readonly sequence: number
  /** It came back from a block that left the chain: everybody may know that we have it. */
  readonly fromBlock: boolean
  /** Spends a coinbase output, which a reorg may make immature. */
  readonly spendsCoinbase: boolean
  /** Estimated memory in bytes. */
  readonly usage: number
  /** Fee plus the operator's correction. */
  modifiedFee: bigint
  readonly parents = new Set<MempoolEntry>()
  readonly children = new Set<MempoolEntry>()
  /** Set while the entry is in the pool. */
  cluster: Cluster | undefined

  constructor(fields: EntryFields) {
    this.tx = fields.tx
    this.txid = computeTxid(fields.tx)
    this.wtxid = computeWtxid(fields.tx)
    this.key = bytesToHex(this.txid)
    this.fee = sats(fields.fee)
    this.weight = transactionWeight(fields.tx)
    this.sigopCost = fields.sigopCost
    this.adjustedWeight = Math.max(this.weight, fields.sigopCost * fields.bytesPerSigop)
    this.vsize = Math.ceil(this.adjustedWeight / 4)
    this.time = fields.time
    this.height = fields.height
    this.sequence = fields.sequence
    this.fromBlock = fields.fromBlock
    this.spendsCoinbase = fields.coins.some((coin) => coin.isCoinbase)
    this.usage = computeMemoryUsage(fields.tx)
    this.modifiedFee = fields.fee + fields.feeDelta
  }
}

/**
 * Estimated memory of an entry in bytes. Objects cost more than what they hold: a flat part for the entry, and one for
 * each input and output.
 */
export function computeMemoryUsage(tx: Transaction): number {
  return 600 + totalSize(tx) + 250 * tx.inputs.length + 150 * tx.outputs.length
}
