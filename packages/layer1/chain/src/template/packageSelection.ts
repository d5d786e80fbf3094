import { isFinalTx, MAX_BLOCK_SIGOPS_COST } from '@ply/consensus'
import { type Sats, type Transaction, WITNESS_SCALE_FACTOR } from '@ply/primitives'

/** Transactions that go into a block together or not at all, parents first; given best feerate first. */
export interface TemplatePackage {
  readonly entries: readonly TemplateEntry[]
  /** Packages with the same number may spend outputs of those before them; without a number it stands alone. */
  readonly cluster?: number
  /** What the package is worth to the miner, if that differs from what its entries pay. */
  readonly fee?: bigint
}

export interface TemplateEntry {
  readonly tx: Transaction
  readonly fee: Sats
  readonly weight: number
  readonly sigopCost: number
}

export interface SelectionLimits {
  readonly maxWeight: number
  /** Kept free for header, number of transactions and coinbase. */
  readonly reservedWeight: number
  readonly reservedSigops: number
  /** Satoshi per 1000 vbytes below which a package stays out. */
  readonly minFeeRate: bigint
  /** Of the block to be built, for nLockTime. */
  readonly height: number
  readonly lockTimeCutoff: number
}

/** After so many packages in a row that do not fit, an almost full block is full enough. */
const MAX_CONSECUTIVE_FAILURES = 1000
const FULL_ENOUGH_WEIGHT = 4000

/**
 * Takes packages in the order given while they fit; what does not fit, is not final or pays too little is left out,
 * and with it all of its cluster that comes behind.
 */
export function selectPackages(packages: Iterable<TemplatePackage>, limits: SelectionLimits): TemplateEntry[] {
  const selected: TemplateEntry[] = []
  const skipped = new Set<number>()
  let weight = limits.reservedWeight
  let sigops = limits.reservedSigops
  let failures = 0
  for (const { entries, cluster, fee: worth } of packages) {
    if (cluster !== undefined && skipped.has(cluster)) continue
    const packageWeight = entries.reduce((sum, entry) => sum + entry.weight, 0)
    const packageSigops = entries.reduce((sum, entry) => sum + entry.sigopCost, 0)
    const fee = worth ?? entries.reduce((sum, entry) => sum + entry.fee, 0n)
    // Everything behind it pays no more.
    if (fee * 1000n < limits.minFeeRate * BigInt(Math.ceil(packageWeight / WITNESS_SCALE_FACTOR))) break
    const fits = weight + packageWeight < limits.maxWeight && sigops + packageSigops < MAX_BLOCK_SIGOPS_COST
    if (!fits || !entries.every(({ tx }) => isFinalTx(tx, limits.height, limits.lockTimeCutoff))) {
      if (cluster !== undefined) skipped.add(cluster)
      if (++failures > MAX_CONSECUTIVE_FAILURES && weight + FULL_ENOUGH_WEIGHT > limits.maxWeight) break
      continue
    }
    failures = 0
    selected.push(...entries)
    weight += packageWeight
    sigops += packageSigops
  }
  return selected
}
