import { err, ok, type Result } from '@ply/bytes'
import { shuffle } from '../coins/shuffle.ts'
import { chooseSelection, type SelectionFailure, type SelectionParams } from './chooseSelection.ts'
import { type ChainPolicy, createRounds, type Eligibility, isEligible } from './eligibility.ts'
import {
  createGroup,
  type EligibleCoin,
  groupByScript,
  MAX_GROUP_SIZE,
  type OutputGroup,
  type PricedCoin,
  type ScriptGroups,
} from './outputGroup.ts'
import { leastWasteful, type Selection } from './selection.ts'

/** A coin with the kind of its address: coins of one kind are spent together where that suffices. */
export interface TypedCoin extends EligibleCoin {
  readonly addressType: string
}

export interface AutomaticParams extends SelectionParams {
  readonly policy: ChainPolicy
  /** All coins of a script are spent together (-avoidpartialspends). */
  readonly wholeScripts: boolean
  /** The largest weight once the payment spends what is not confirmed (BIP 431). */
  readonly maxWeightUnconfirmed: number
}

const LONG_CHAIN =
  'Unconfirmed UTXOs are available, but spending them creates a chain of transactions that will be rejected by the mempool'

function makeGroups<C extends TypedCoin>(
  coins: readonly PricedCoin<C>[],
  { fullValue, wholeScripts, entropy }: AutomaticParams,
): readonly ScriptGroups<C>[] {
  if (!wholeScripts) return coins.map((coin) => ({ groups: [createGroup([coin], fullValue)], hasPartial: false }))
  return groupByScript(coins.length > MAX_GROUP_SIZE ? shuffle(coins, entropy) : coins, fullValue)
}

function eligibleGroups<C extends TypedCoin>(
  byScript: readonly ScriptGroups<C>[],
  rule: Eligibility,
): readonly OutputGroup<C>[] {
  return byScript.flatMap(({ groups, hasPartial }) =>
    groups.filter((group, place) => {
      const isPartial = hasPartial && place === groups.length - 1
      return isEligible(group, rule) && (rule.partialGroups || !isPartial)
    }),
  )
}

/** One kind of address after the other, and all together only where none suffices. */
function attempt<C extends TypedCoin>(
  groups: readonly OutputGroup<C>[],
  target: bigint,
  params: AutomaticParams,
  mixedTypes: boolean,
): Result<Selection<C>, SelectionFailure> {
  const byType = new Map<string, OutputGroup<C>[]>()
  for (const group of groups) {
    const { addressType } = group.coins[0]!.coin
    const same = byType.get(addressType)
    if (same) same.push(group)
    else byType.set(addressType, [group])
  }
  const found: Selection<C>[] = []
  for (const same of byType.values()) {
    const chosen = chooseSelection(same, target, params)
    if (chosen.ok) found.push(chosen.value)
    else if (chosen.error !== undefined) return chosen
  }
  const best = leastWasteful(found, params.costs)
  if (best) return ok(best)
  return mixedTypes && byType.size > 1 ? chooseSelection(groups, target, params) : err(undefined)
}

const valueOf = (groups: readonly OutputGroup[]): bigint =>
  groups.reduce((total, { effectiveValue }) => total + effectiveValue, 0n)

/** Why the coins cannot do, before any is chosen. */
function checkEligible<C extends TypedCoin>(
  byScript: readonly ScriptGroups<C>[],
  target: bigint,
  { policy }: AutomaticParams,
): Result<void, SelectionFailure> {
  const rounds = createRounds(policy)
  const eligible = new Set(rounds.flatMap((rule) => eligibleGroups(byScript, rule)))
  const discarded = byScript.flatMap(({ groups }) => groups).filter((group) => !eligible.has(group))
  const full = (groups: readonly OutputGroup[]): bigint =>
    groups.reduce((total, { coins }) => total + coins.reduce((sum, { coin }) => sum + coin.output.value, 0n), 0n)
  const left = full(byScript.flatMap(({ groups }) => groups)) - valueOf(discarded)
  if (left >= target) return ok(undefined)
  const long = discarded.filter(
    ({ ancestors, clusterSize }) => ancestors >= policy.maxAncestors || clusterSize >= policy.maxClusterSize,
  )
  return err(left + valueOf(long) > target ? LONG_CHAIN : undefined)
}

/** Coins for a payment, as Bitcoin Core's `AutomaticCoinSelection`: in rounds, from the surest coins on. */
export function selectAutomatically<C extends TypedCoin>(
  coins: readonly PricedCoin<C>[],
  target: bigint,
  params: AutomaticParams,
): Result<Selection<C>, SelectionFailure> {
  const byScript = makeGroups(coins, params)
  const checked = checkEligible(byScript, target, params)
  if (!checked.ok) return checked
  let failure: SelectionFailure
  let { maxWeight } = params
  for (const rule of createRounds(params.policy)) {
    const groups = eligibleGroups(byScript, rule)
    if (groups.length === 0) continue
    const spendsUnconfirmed = rule.minDepthOwn === 0 || rule.minDepthForeign === 0
    if (spendsUnconfirmed) maxWeight = Math.min(maxWeight, params.maxWeightUnconfirmed)
    const selected = attempt(groups, target, { ...params, maxWeight }, rule.mixedTypes)
    if (selected.ok) return selected
    failure ??= selected.error
  }
  return err(failure)
}
