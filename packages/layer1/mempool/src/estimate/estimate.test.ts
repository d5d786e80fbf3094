import { equalBytes, unwrap } from '@ply/bytes'
import { describe, expect, test } from 'vitest'
import { BlockPolicyEstimator, type EstimatedTransaction } from './blockPolicyEstimator.ts'
import { DEFAULT_FEE_BUCKETS, findFeeBucket, INF_FEERATE } from './feeBuckets.ts'
import { decodeFeeEstimates, encodeFeeEstimates } from './feeEstimatesDat.ts'

let count = 0
const transaction = (feeRate: number, height: number): EstimatedTransaction => ({
  key: `tx ${count++}`,
  fee: BigInt(feeRate),
  vsize: 1000,
  height,
})

/** Blocks from height 1 on; transactions of each feerate wait for so many blocks. */
function learn(blocks: number, waits: readonly (readonly [feeRate: number, blocks: number])[], each = 4) {
  const estimator = new BlockPolicyEstimator()
  estimator.blockConnected([], 1)
  const waiting: EstimatedTransaction[] = []
  for (let height = 1; height < blocks; height++) {
    for (const [feeRate] of waits) {
      for (let i = 0; i < each; i++) {
        const tx = transaction(feeRate, height)
        estimator.entered(tx)
        waiting.push(tx)
      }
    }
    const confirmed = waiting.filter((tx) => {
      const wait = waits.find(([feeRate]) => BigInt(feeRate) === tx.fee)![1]
      return height + 1 - tx.height >= wait
    })
    for (const tx of confirmed) waiting.splice(waiting.indexOf(tx), 1)
    estimator.blockConnected(confirmed, height + 1)
  }
  return { estimator, waiting }
}

test('buckets end where Bitcoin Core ends them', () => {
  expect(DEFAULT_FEE_BUCKETS.length).toBe(237)
  expect(DEFAULT_FEE_BUCKETS.slice(0, 3)).toEqual([100, 105, 110.25])
  expect(findFeeBucket(DEFAULT_FEE_BUCKETS, 0)).toBe(0)
  expect(findFeeBucket(DEFAULT_FEE_BUCKETS, 105)).toBe(1)
  expect(findFeeBucket(DEFAULT_FEE_BUCKETS, 105.1)).toBe(2)
  expect(DEFAULT_FEE_BUCKETS[findFeeBucket(DEFAULT_FEE_BUCKETS, 1e12)]).toBe(INF_FEERATE)
})

describe('estimates', () => {
  test('nobody knows anything on a quiet chain', () => {
    const { estimator } = learn(50, [])
    expect(estimator.estimateSmart(6)).toEqual({ feeRate: undefined, blocks: 0 })
    const raw = estimator.estimateRaw(6, 0.95, 'short')
    expect([raw.feeRate, raw.pass, raw.fail?.start, raw.fail?.end]).toEqual([undefined, undefined, 0, INF_FEERATE])
  })

  test('who pays much is soon in, who can wait pays less', () => {
    const { estimator } = learn(120, [
      [50_000, 1],
      [5000, 5],
      [1000, 30],
    ])
    expect(estimator.estimateSmart(2)).toEqual({ feeRate: 50_000n, blocks: 2 })
    expect(estimator.estimateSmart(1)).toEqual({ feeRate: 50_000n, blocks: 2 })
    expect(estimator.estimateSmart(10)).toEqual({ feeRate: 5000n, blocks: 10 })
    expect(estimator.estimateSmart(1008).blocks).toBe(59)
    let last = Infinity
    for (let target = 1; target < 59; target++) {
      const { feeRate } = estimator.estimateSmart(target)
      expect(Number(feeRate)).toBeLessThanOrEqual(last)
      last = Number(feeRate)
    }
  })

  test('what leaves the pool unconfirmed speaks against its feerate', () => {
    const outcome = (leaves: boolean) => {
      const { estimator, waiting } = learn(60, [
        [9000, 1],
        [3000, 4],
      ])
      for (let height = 60; height < 90; height++) {
        const low = Array.from({ length: 20 }, () => transaction(3000, height))
        const high = Array.from({ length: 20 }, () => transaction(9000, height))
        for (const tx of [...low, ...high]) estimator.entered(tx)
        estimator.blockConnected([...high, ...(leaves ? [] : low)], height + 1)
        waiting.push(...low)
      }
      if (leaves) for (const tx of waiting) estimator.left(tx.key)
      return estimator.estimateSmart(8).feeRate
    }
    expect(outcome(false)).toBe(3000n)
    expect(outcome(true)).toBe(9000n)
  })

  test('a conservative answer remembers busier days', () => {
    const { estimator, waiting } = learn(150, [
      [80_000, 1],
      [2000, 60],
    ])
    for (let height = 150; height < 200; height++) {
      const cheap = Array.from({ length: 100 }, () => transaction(2000, height))
      for (const tx of cheap) estimator.entered(tx)
      estimator.blockConnected([...waiting.splice(0), ...cheap], height + 1)
    }
    const economical = estimator.estimateSmart(2).feeRate!
    const conservative = estimator.estimateSmart(2, { conservative: true }).feeRate!
    expect([economical, conservative]).toEqual([2000n, 80_000n])
  })

  test('out of step with the chain nothing is learnt', () => {
    const estimator = new BlockPolicyEstimator()
    for (let height = 1; height < 40; height++) {
      const late = Array.from({ length: 5 }, () => transaction(7000, height - 1))
      for (const tx of late) estimator.entered(tx)
      estimator.blockConnected(late, height)
      // A block of another branch.
      estimator.blockConnected([], height)
    }
    // All but those that came before the first block came at the height before: they count.
    expect(estimator.estimateSmart(4).feeRate).toBe(7000n)
    const before = encodeFeeEstimates(estimator.save())
    estimator.entered(transaction(1_000_000, 3))
    estimator.blockConnected([], 7)
    expect(equalBytes(encodeFeeEstimates(estimator.save()), before)).toBe(true)
  })
})

describe('fee_estimates.dat', () => {
  const { estimator } = learn(80, [
    [20_000, 1],
    [2000, 6],
  ])
  estimator.flushUnconfirmed()
  const saved = estimator.save()
  const bytes = encodeFeeEstimates(saved)

  test('estimates go on where they were', () => {
    const decoded = unwrap(decodeFeeEstimates(bytes))
    const again = new BlockPolicyEstimator(decoded)
    for (const target of [1, 6, 20]) expect(again.estimateSmart(target)).toEqual(estimator.estimateSmart(target))
    expect(equalBytes(encodeFeeEstimates(again.save()), bytes)).toBe(true)
  })

  test('too long ago is never', () => {
    const again = new BlockPolicyEstimator(saved)
    again.blockConnected([], saved.bestHeight + 6 * 1008 + 1)
    expect(again.estimateSmart(6)).toEqual({ feeRate: undefined, blocks: 0 })
  })
})
