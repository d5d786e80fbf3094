import type { Txid } from '@ply/primitives'
import { sats } from '@ply/primitives'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { selectBranchAndBound } from './branchAndBound.ts'
import type { Choice, SelectionOutcome } from './choice.ts'
import { grindCoins } from './coinGrinder.ts'
import { solveKnapsack } from './knapsack.ts'
import { priceCoin } from './outputGroup.ts'
import { type AutomaticParams, selectAutomatically, type TypedCoin } from './selectAutomatically.ts'
import { drawRandomly } from './singleRandomDraw.ts'

const entropy = new SeededEntropy(7)
const sumOf = (choices: readonly Choice[]): bigint => choices.reduce((sum, each) => sum + each.effectiveValue, 0n)
const weightOf = (choices: readonly Choice[]): number => choices.reduce((sum, { weight }) => sum + weight, 0)

function* subsets(choices: readonly Choice[]): Generator<readonly Choice[]> {
  for (let mask = 1; mask < 1 << choices.length; mask++) yield choices.filter((_, i) => (mask >> i) & 1)
}

describe('the algorithms', () => {
  const random = createRandom(3)
  const cases = Array.from({ length: 200 }, () => ({
    choices: Array.from({ length: 1 + random.below(8) }, () => ({
      effectiveValue: BigInt(1 + random.below(40)),
      timingCost: BigInt(random.below(5) - 2),
      weight: 1 + random.below(9),
    })),
    goal: BigInt(1 + random.below(120)),
    maxWeight: 5 + random.below(40),
  }))

  const mustHold = (outcome: SelectionOutcome<Choice>, goal: bigint, maxWeight: number): void => {
    if (!outcome.ok) return
    expect(sumOf(outcome.value)).toBeGreaterThanOrEqual(goal)
    expect(weightOf(outcome.value)).toBeLessThanOrEqual(maxWeight)
    expect(new Set(outcome.value).size).toBe(outcome.value.length)
  }

  test('the grinder finds the lightest set that there is', () => {
    for (const { choices, goal, maxWeight } of cases) {
      const fitting = [...subsets(choices)].filter((each) => sumOf(each) >= goal && weightOf(each) <= maxWeight)
      const found = grindCoins(choices, { goal, maxWeight })
      mustHold(found, goal, maxWeight)
      expect(found.ok).toBe(fitting.length > 0)
      if (found.ok) expect(weightOf(found.value)).toBe(Math.min(...fitting.map(weightOf)))
      else if (sumOf(choices) >= goal) expect(found.error).toBe('too-heavy')
    }
  })

  test('branch and bound minds the weight', () => {
    for (const { choices, goal, maxWeight } of cases) {
      const isHit = (each: readonly Choice[]): boolean => sumOf(each) >= goal && sumOf(each) <= goal + 3n
      const exists = [...subsets(choices)].some((each) => isHit(each) && weightOf(each) <= maxWeight)
      const found = selectBranchAndBound(choices, { target: goal, tolerance: 3n, maxWeight })
      mustHold(found, goal, maxWeight)
      if (found.ok) expect(isHit(found.value) && exists).toBe(true)
    }
  })

  test('knapsack and random draw reach the target within the weight, or say why not', () => {
    for (const { choices, goal, maxWeight } of cases) {
      for (const found of [
        solveKnapsack(choices, { target: goal, changeTarget: 5n, maxWeight, entropy }),
        drawRandomly(choices, { goal, maxWeight, entropy }),
      ]) {
        mustHold(found, goal, maxWeight)
        if (!found.ok && sumOf(choices) >= goal) expect(found.error).toBe('too-heavy')
      }
    }
  })
})

describe('the rounds', () => {
  const coin = (value: number, fields: Partial<TypedCoin> = {}): TypedCoin => ({
    outpoint: { txid: new Uint8Array(32) as Txid, index: value },
    output: { value: sats(value), scriptPubKey: Uint8Array.of(value & 255, value >> 8) },
    inputWeight: 272,
    depth: 10,
    fromMe: true,
    ancestors: 0,
    clusterSize: 0,
    addressType: 'bech32',
    ...fields,
  })
  const rates = { feeRate: 1000n, longTermRate: 10_000n }
  const params: AutomaticParams = {
    rates,
    costs: { changeFee: 31n, cost: 711n, least: 681n },
    changeTarget: 50_031n,
    changeWeight: 124,
    baseWeight: 168,
    maxWeight: 400_000,
    fullValue: false,
    entropy,
    combinedBumpFee: () => 0n,
    wholeScripts: false,
    maxWeightUnconfirmed: 400_000,
    policy: {
      maxAncestors: 25,
      maxClusterSize: 25,
      spendUnconfirmed: true,
      includeUnsafe: false,
      rejectLongChains: true,
    },
  }
  const select = (coins: readonly TypedCoin[], target: bigint, more: Partial<AutomaticParams> = {}) => {
    const selected = selectAutomatically(
      coins.map((each) => priceCoin(each, rates)),
      target,
      { ...params, ...more },
    )
    return selected.ok ? selected.value.coins.map((each) => each.coin.outpoint.index).sort() : selected.error
  }

  test('what is confirmed goes before change that is not, and foreign coins must have six confirmations', () => {
    const change = coin(200_000, { depth: 0, ancestors: 1, clusterSize: 1 })
    const young = coin(300_000, { fromMe: false, depth: 1 })
    expect(select([change, young, coin(400_000)], 100_000n)).toEqual([400_000])
    expect(select([change, young], 100_000n)).toEqual([300_000])
    expect(select([change], 100_000n)).toEqual([200_000])
    const { policy } = params
    expect(select([change], 100_000n, { policy: { ...policy, spendUnconfirmed: false } })).toBeUndefined()
    const unsafe = { ...change, fromMe: false }
    expect(select([unsafe], 100_000n)).toBeUndefined()
    expect(select([unsafe], 100_000n, { policy: { ...policy, includeUnsafe: true } })).toEqual([200_000])
  })

  test('a chain that the mempool refuses is not made longer, unless the owner says so', () => {
    const long = coin(200_000, { depth: 0, ancestors: 25, clusterSize: 25 })
    expect(select([long], 100_000n)).toMatch(/^Unconfirmed UTXOs are available, but spending them creates a chain/)
    const policy = { ...params.policy, rejectLongChains: false }
    expect(select([long], 100_000n, { policy })).toEqual([200_000])
  })

  test('kinds of address are mixed only where one does not do', () => {
    const coins = [coin(100_000), coin(100_001), coin(100_002, { addressType: 'legacy' })]
    expect(select(coins, 120_000n)).toEqual([100_000, 100_001])
    expect(select(coins, 250_000n)).toHaveLength(3)
  })

  test('all coins of a script are spent at once where that is asked for', () => {
    const scriptPubKey = Uint8Array.of(1)
    const same = [100_000, 100_001, 100_002].map((value) =>
      coin(value, { output: { value: sats(value), scriptPubKey } }),
    )
    expect(select(same, 40_000n)).toHaveLength(1)
    expect(select(same, 40_000n, { wholeScripts: true })).toHaveLength(3)
  })

  test('a transaction without room for inputs or change is refused', () => {
    const coins = [coin(100_000)]
    expect(select(coins, 40_000n, { maxWeight: 168 })).toBe(
      'Maximum transaction weight is less than transaction weight without inputs',
    )
    expect(select(coins, 40_000n, { maxWeight: 260 })).toBe(
      'Maximum transaction weight is too low, can not accommodate change output',
    )
    expect(select(coins, 40_000n, { maxWeight: 500 })).toMatch(/^The inputs size exceeds the maximum weight/)
  })
})
