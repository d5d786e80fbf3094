import type { EligibleCoin, OutputGroup } from './outputGroup.ts'

/** Which groups a round of selection may take. */
export interface Eligibility {
  /** Confirmations of coins that the wallet made itself, and of others. */
  readonly minDepthOwn: number
  readonly minDepthForeign: number
  readonly maxAncestors: number
  readonly maxClusterSize: number
  /** Also a group that is not full where the same script has full ones. */
  readonly partialGroups: boolean
  /** Whether coins of several kinds of address may be spent together, which shows that they have one owner. */
  readonly mixedTypes: boolean
}

export const isEligible = <C extends EligibleCoin>(group: OutputGroup<C>, rule: Eligibility): boolean =>
  group.depth >= (group.fromMe ? rule.minDepthOwn : rule.minDepthForeign) &&
  group.ancestors <= rule.maxAncestors &&
  group.clusterSize <= rule.maxClusterSize

/** What the mempool takes of one cluster, and what the owner lets the wallet spend. */
export interface ChainPolicy {
  readonly maxAncestors: number
  readonly maxClusterSize: number
  /** Coins that are not confirmed may be spent if they are the wallet's own (-spendzeroconfchange). */
  readonly spendUnconfirmed: boolean
  readonly includeUnsafe: boolean
  /** What makes chains that the mempool may not take is not tried (-walletrejectlongchains). */
  readonly rejectLongChains: boolean
}

/** Bitcoin Core's rounds: from what is certain to what may do. */
export function createRounds(policy: ChainPolicy): readonly Eligibility[] {
  const { maxAncestors, maxClusterSize } = policy
  const confirmed: Eligibility = {
    minDepthOwn: 1,
    minDepthForeign: 1,
    maxAncestors: 0,
    maxClusterSize: 0,
    partialGroups: false,
    mixedTypes: true,
  }
  const rounds = [{ ...confirmed, minDepthForeign: 6, mixedTypes: false }, confirmed]
  if (!policy.spendUnconfirmed) return rounds
  const change = (ancestors: number, clusterSize: number): Eligibility => ({
    ...confirmed,
    minDepthOwn: 0,
    maxAncestors: ancestors,
    maxClusterSize: clusterSize,
  })
  const widest = { ...change(maxAncestors - 1, maxClusterSize - 1), partialGroups: true }
  return [
    ...rounds,
    change(2, 2),
    change(Math.min(4, Math.floor(maxAncestors / 3)), Math.min(4, Math.floor(maxClusterSize / 3))),
    change(Math.floor(maxAncestors / 2), Math.floor(maxClusterSize / 2)),
    widest,
    ...(policy.includeUnsafe ? [{ ...widest, minDepthForeign: 0 }] : []),
    ...(policy.rejectLongChains ? [] : [{ ...widest, maxAncestors: Infinity, maxClusterSize: Infinity }]),
  ]
}
