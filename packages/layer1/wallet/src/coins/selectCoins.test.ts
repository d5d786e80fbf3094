import { sats, type Txid } from '@ply/primitives'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import type { Coin } from '../state/coin.ts'
import { selectBranchAndBound as branchAndBound } from '../selection/branchAndBound.ts'
import { type Candidate, createCandidate, sumEffective } from './candidate.ts'
import { computeDustThreshold } from './dust.ts'
import { selectCoins } from './selectCoins.ts'
import { inputWeight } from './weight.ts'

const coin = (value: bigint, index = Number(value)): Coin => ({
  outpoint: { txid: new Uint8Array(32) as Txid, index },
  output: { value: sats(value), scriptPubKey: new Uint8Array(22) },
  key: { type: 'p2wpkh', chain: 0, index },
  height: 1,
  confirmations: 1,
  coinbase: false,
  mature: true,
  trusted: true,
  locked: false,
  inputWeight: inputWeight('p2wpkh'),
})

const select = (values: readonly bigint[], target: bigint, feeRate = 1000n): readonly bigint[] | undefined =>
  selectCoins({
    coins: values.map((value, i) => coin(value, i)),
    target,
    feeRate,
    changeFee: 31n,
    changeSpendFee: 68n,
    minChange: 294n,
    entropy: new SeededEntropy(1),
  })?.map(({ output }) => output.value)

function selectBranchAndBound(choices: readonly Candidate[], target: bigint, tolerance: bigint) {
  const found = branchAndBound(choices, { target, tolerance })
  return found.ok ? found.value : undefined
}

describe('branch and bound', () => {
  // Worth their value whenever they are spent, so that waste is what goes over the target.
  const candidates = (values: readonly bigint[]) =>
    values.map((value, i) => ({ ...createCandidate(coin(value, i), 0n), timingCost: 0n }))

  test('finds the only exact sum', () => {
    const found = selectBranchAndBound(candidates([1n, 2n, 4n, 8n, 16n, 32n, 64n, 128n]), 171n, 0n)
    expect(found?.map(({ coin: { output } }) => output.value)).toEqual([128n, 32n, 8n, 2n, 1n])
  })

  test('takes the sum nearest to the target within the tolerance', () => {
    const found = selectBranchAndBound(candidates([100n, 60n, 45n]), 100n, 10n)
    expect(sumEffective(found ?? [])).toBe(100n)
    expect(selectBranchAndBound(candidates([100n, 60n]), 61n, 10n)).toBeUndefined()
    expect(selectBranchAndBound(candidates([1n, 2n]), 4n, 10n)).toBeUndefined()
  })

  test('agrees with trying every subset on whether there is a hit', () => {
    const random = createRandom(11)
    for (let run = 0; run < 300; run++) {
      const values = Array.from({ length: 1 + random.below(10) }, () => BigInt(1 + random.below(60)))
      const target = BigInt(1 + random.below(200))
      const tolerance = BigInt(random.below(5))
      let hit = false
      for (let subset = 0; subset < 1 << values.length; subset++) {
        const sum = values.reduce((total, value, i) => ((subset >> i) & 1 ? total + value : total), 0n)
        if (sum >= target && sum <= target + tolerance) hit = true
      }
      const found = selectBranchAndBound(candidates(values), target, tolerance)
      expect(found !== undefined).toBe(hit)
      if (found) expect(sumEffective(found)).toBeLessThanOrEqual(target + tolerance)
    }
  })

  test('ends soon over many coins without a hit', () => {
    const values = Array.from({ length: 500 }, (_, i) => 1_000_000n + 2n * BigInt(i))
    expect(selectBranchAndBound(candidates(values), 3_000_001n, 0n)).toBeUndefined()
  })
})

describe('coin selection', () => {
  test('prefers an exact set, without change', () => {
    expect(select([10_000n, 5_068n, 3_068n], 8_000n)).toEqual([5_068n, 3_068n])
  })

  test('leaves coins that cost more than they bring', () => {
    expect(select([600n, 600n, 100_000n], 50_000n, 10_000n)).toEqual([100_000n])
    expect(select([600n, 600n, 600n], 100n, 10_000n)).toBeUndefined()
  })

  test('always covers the target, and says so when it cannot', () => {
    const random = createRandom(12)
    for (let run = 0; run < 500; run++) {
      const values = Array.from({ length: random.below(12) }, () => BigInt(1 + random.below(20_000)))
      const target = BigInt(1 + random.below(60_000))
      const usable = values.map((value) => value - 68n).filter((value) => value > 0n)
      const chosen = select(values, target)
      const sum = (list: readonly bigint[]): bigint => list.reduce((a, b) => a + b, 0n)
      if (sum(usable) < target) expect(chosen).toBeUndefined()
      else expect(sum(chosen!.map((value) => value - 68n))).toBeGreaterThanOrEqual(target)
    }
  })
})

test("dust is what Bitcoin Core's default policy calls so", () => {
  const script = (length: number, ...start: number[]): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => start[i] ?? 0x11)
  expect(computeDustThreshold(script(25, 0x76, 0xa9, 20))).toBe(546n)
  expect(computeDustThreshold(script(23, 0xa9, 20))).toBe(540n)
  expect(computeDustThreshold(script(22, 0, 20))).toBe(294n)
  expect(computeDustThreshold(script(34, 0, 32))).toBe(330n)
  expect(computeDustThreshold(script(34, 0x51, 32))).toBe(330n)
  expect(computeDustThreshold(script(10, 0x6a))).toBe(0n)
})
