import { type OutPoint, outPointKey } from '@ply/primitives'
import { compareFeeRate, computeFee, type FeeAndSize } from '../policy/feeRate.ts'
import type { MempoolEntry } from './entry.ts'
import type { MempoolGraph } from './graph.ts'

/** What lifting the unconfirmed ancestors of outputs to a fee rate costs, in satoshi. */
export interface BumpFees {
  /** Of each output alone, by `outPointKey`. */
  readonly single: ReadonlyMap<string, bigint>
  /** Of all in one transaction: ancestors that they have in common are lifted once. */
  readonly combined: bigint
}

const totalOf = (entries: Iterable<MempoolEntry>): FeeAndSize => {
  let [fee, size] = [0n, 0]
  for (const entry of entries) {
    fee += entry.modifiedFee
    size += entry.vsize
  }
  return { fee, size }
}

/** What is missing for a fee rate; less than nothing where more is paid. */
const deficit = ({ fee, size }: FeeAndSize, feeRate: bigint): bigint => computeFee(feeRate, size) - fee

/** The entries of a set that others of it need, themselves among them. */
function ancestorsWithin(entries: Iterable<MempoolEntry>, all: ReadonlySet<MempoolEntry>): Set<MempoolEntry> {
  const found = new Set(entries)
  for (const entry of found) for (const parent of entry.parents) if (all.has(parent)) found.add(parent)
  return found
}

/** The entry that a miner would take next with its ancestors. */
function chooseNext(left: ReadonlySet<MempoolEntry>): ReadonlySet<MempoolEntry> | undefined {
  let best: { readonly rate: FeeAndSize; readonly chosen: ReadonlySet<MempoolEntry> } | undefined
  for (const entry of left) {
    const chosen = ancestorsWithin([entry], left)
    const [alone, together] = [{ fee: entry.modifiedFee, size: entry.vsize }, totalOf(chosen)]
    const rate = compareFeeRate(alone, together) < 0 ? alone : together
    if (!best || compareFeeRate(rate, best.rate) > 0) best = { rate, chosen }
  }
  return best?.chosen
}

/** What a miner would leave out who takes nothing below a fee rate. */
function leaveOut(entries: Iterable<MempoolEntry>, feeRate: bigint): ReadonlySet<MempoolEntry> {
  const left = new Set(entries)
  for (let next = chooseNext(left); next && deficit(totalOf(next), feeRate) <= 0n; next = chooseNext(left)) {
    for (const entry of next) left.delete(entry)
  }
  return left
}

const largest = (...values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b))

/**
 * What a transaction that spends `outpoints` must pay beside its own fee, so that it is mined at `feeRate` (satoshi per
 * 1000 vbytes) with everything unconfirmed that it depends on. What spends them now counts as replaced.
 */
export function computeBumpFees(graph: MempoolGraph, outpoints: readonly OutPoint[], feeRate: bigint): BumpFees {
  const spenders = outpoints.map((outpoint) => graph.spender(outpoint)).filter((entry) => entry !== undefined)
  const replaced = graph.descendants(spenders)
  const requested = outpoints.map(({ txid }) => graph.get(txid))
  const around = new Set(requested.flatMap((entry) => (entry?.cluster ? [...entry.cluster.entries] : [])))
  const left = leaveOut(
    [...around].filter((entry) => !replaced.has(entry)),
    feeRate,
  )
  const single = new Map<string, bigint>()
  for (const [place, outpoint] of outpoints.entries()) {
    const entry = requested[place]
    const lacks = entry !== undefined && left.has(entry)
    const alone = lacks ? deficit(totalOf([entry]), feeRate) : 0n
    const together = lacks ? deficit(totalOf(ancestorsWithin([entry], left)), feeRate) : 0n
    single.set(outPointKey(outpoint), largest(alone, together, 0n))
  }
  const needed = requested.filter((entry) => entry !== undefined && left.has(entry)).map((entry) => entry!)
  return { single, combined: largest(deficit(totalOf(ancestorsWithin(needed, left)), feeRate), 0n) }
}
