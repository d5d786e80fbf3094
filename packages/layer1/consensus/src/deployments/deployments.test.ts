import { describe, expect, test } from 'vitest'
import { type BlockHash, MAIN, REGTEST, TESTNET4, type VersionBitsDeployment } from '@ply/primitives'
import { hexToBytes } from '@ply/bytes'
import { SCRIPT_FLAGS, type ScriptFlagName } from '@ply/script'
import {
  computeDeploymentSince,
  computeDeploymentState,
  computeDeploymentStatistics,
  computeScriptFlags,
  computeSubsidy,
  deploymentCondition,
  LinkedHeader,
  VersionBitsCache,
} from '../index.ts'

const SIGNAL = 0x20000000 | (1 << 5)
const PERIOD = 100

const deployment: VersionBitsDeployment = {
  bit: 5,
  startTime: 10_000,
  timeout: 100_000,
  minActivationHeight: 0,
  period: PERIOD,
  threshold: 75,
}

/** A chain of headers by what each signals and when. */
class Miner {
  tip: LinkedHeader | undefined
  readonly cache = new Map()
  readonly condition

  constructor(more: Partial<VersionBitsDeployment> = {}) {
    this.condition = deploymentCondition({ ...deployment, ...more })
  }

  mine(count: number, time: number, version = 0x20000000): this {
    for (let i = 0; i < count; i++) {
      const nonce = (this.tip?.height ?? -1) + 1
      this.tip = new LinkedHeader({ ...REGTEST.genesis.header, version, time, nonce }, this.tip)
    }
    return this
  }

  /** State of the next block and where it began. */
  get now(): string {
    const state = computeDeploymentState(this.condition, this.tip, this.cache)
    return `${state} since ${computeDeploymentSince(this.condition, this.tip, this.cache)}`
  }
}

describe('BIP 9', () => {
  test('defined, started, locked in, active', () => {
    const miner = new Miner()
    expect(miner.now).toBe('defined since 0')
    miner.mine(PERIOD, 9_999)
    expect(miner.now).toBe('defined since 0')
    miner.mine(PERIOD, 10_000)
    expect(miner.now).toBe('started since 200')
    miner.mine(74, 10_001, SIGNAL).mine(26, 10_001)
    expect(miner.now).toBe('started since 200')
    miner.mine(75, 10_001, SIGNAL).mine(24, 10_001)
    expect(computeDeploymentStatistics(miner.condition, miner.tip!)).toMatchObject({
      period: 100,
      threshold: 75,
      elapsed: 99,
      count: 75,
      possible: true,
    })
    expect(miner.now).toBe('started since 200')
    miner.mine(1, 10_001)
    expect(miner.now).toBe('locked_in since 400')
    miner.mine(PERIOD, 10_001)
    expect(miner.now).toBe('active since 500')
    miner.mine(PERIOD * 3, 200_000)
    expect(miner.now).toBe('active since 500')
  })

  test('failed at the timeout, unless the last period locked it in', () => {
    const miner = new Miner().mine(PERIOD, 10_000).mine(PERIOD, 100_000)
    expect(miner.now).toBe('failed since 200')
    miner.mine(PERIOD, 100_001, SIGNAL)
    expect(miner.now).toBe('failed since 200')
    const late = new Miner().mine(PERIOD, 10_000).mine(PERIOD, 100_000, SIGNAL)
    expect(late.now).toBe('locked_in since 200')
  })

  test('locked in until its least height', () => {
    const miner = new Miner({ minActivationHeight: 450 }).mine(PERIOD, 10_000).mine(PERIOD, 10_001, SIGNAL)
    expect(miner.now).toBe('locked_in since 200')
    expect(miner.mine(PERIOD, 10_001).now).toBe('locked_in since 200')
    expect(miner.mine(PERIOD, 10_001).now).toBe('locked_in since 200')
    expect(miner.mine(PERIOD, 10_001).now).toBe('active since 500')
  })

  test('always and never', () => {
    expect(new Miner({ startTime: 'always' }).now).toBe('active since 0')
    expect(new Miner({ startTime: 'never' }).now).toBe('failed since 0')
  })

  test('a fork has its own state, and a filled cache changes none', () => {
    const a = new Miner().mine(PERIOD, 10_000).mine(PERIOD, 10_001, SIGNAL)
    expect(a.now).toBe('locked_in since 200')
    const b = new Miner()
    b.tip = a.tip!.ancestor(150)
    b.mine(49, 10_001)
    for (const [block, state] of a.cache) b.cache.set(block, state)
    expect(b.now).toBe('started since 100')
  })

  test('bits that no deployment explains are reported', () => {
    const versions = new VersionBitsCache(REGTEST)
    let tip = new LinkedHeader(REGTEST.genesis.header, undefined)
    for (let i = 1; i < 144 * 3; i++) {
      const version = 0x20000000 | 2
      tip = new LinkedHeader({ ...REGTEST.genesis.header, version, time: tip.time + 1, nonce: i }, tip)
      const expected = i < 287 ? [] : [{ bit: 1, active: i >= 431 }]
      expect([i, versions.unknownActivations(tip)]).toEqual([i, expected])
    }
    expect(versions.states(tip).get('testdummy')).toBe('started')
    expect(versions.deployment('testdummy').condition.threshold).toBe(108)
  })
})

describe('script flags of a block', () => {
  const names = (hash: BlockHash, height: number, parameters = MAIN): ScriptFlagName[] => {
    const flags = computeScriptFlags(hash, height, parameters)
    return (Object.keys(SCRIPT_FLAGS) as ScriptFlagName[]).filter((name) => (flags & SCRIPT_FLAGS[name]) !== 0).sort()
  }
  const any = new Uint8Array(32) as BlockHash
  const display = (text: string): BlockHash => hexToBytes(text).reverse() as BlockHash

  test('by height', () => {
    expect(names(any, 1)).toEqual(['P2SH', 'TAPROOT', 'WITNESS'])
    expect(names(any, 363_725)).toEqual(['DERSIG', 'P2SH', 'TAPROOT', 'WITNESS'])
    expect(names(any, 388_381)).toContain('CHECKLOCKTIMEVERIFY')
    expect(names(any, 419_328)).toContain('CHECKSEQUENCEVERIFY')
    expect(names(any, 481_823)).not.toContain('NULLDUMMY')
    expect(names(any, 481_824)).toContain('NULLDUMMY')
    expect(names(any, 1, TESTNET4)).toHaveLength(7)
  })

  test('the two blocks of mainnet that broke a rule before it was one', () => {
    expect(names(display('00000000000002dc756eebf4f49723ed8d30cc28a5f108eb94b1ba88ac4f9c22'), 170_060)).toEqual([])
    const taproot = display('0000000000000000000f14c35b2d841e986ab5441de8c585d5ffe55ea1e395ad')
    expect(names(taproot, 692_261)).not.toContain('TAPROOT')
    expect(names(taproot, 692_261)).toContain('NULLDUMMY')
  })
})

test('the subsidy halves, ends, and sums up to just under 21 million', () => {
  expect(computeSubsidy(0, MAIN)).toBe(50_00000000n)
  expect(computeSubsidy(209_999, MAIN)).toBe(50_00000000n)
  expect(computeSubsidy(210_000, MAIN)).toBe(25_00000000n)
  expect(computeSubsidy(150, REGTEST)).toBe(25_00000000n)
  expect(computeSubsidy(210_000 * 64, MAIN)).toBe(0n)
  let sum = 0n
  for (let halving = 0; halving < 70; halving++) sum += computeSubsidy(halving * 210_000, MAIN) * 210_000n
  expect(sum).toBe(2_099_999_997_690_000n)
})
