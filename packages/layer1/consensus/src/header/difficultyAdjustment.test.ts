import { expect, test } from 'vitest'
import { MAIN, type NetworkParameters, REGTEST, SIGNET, TESTNET4 } from '@ply/primitives'
import { LinkedHeader, type ChainHeader } from './chainHeader.ts'
import { computeNextBits, isPermittedDifficultyTransition } from './difficultyAdjustment.ts'

const INTERVAL = 2016

/** A stretch of chain that ends at `height`: `time` and `bits` say what its headers hold. */
function stretch(height: number, time: (height: number) => number, bits: (height: number) => number): ChainHeader {
  let link: LinkedHeader | undefined
  for (let at = height - INTERVAL; at <= height; at++) {
    if (at < 0) continue
    const header = { ...MAIN.genesis.header, time: time(at), bits: bits(at), nonce: at }
    link = new LinkedHeader(header, link, at)
  }
  return link!
}

interface Retarget {
  readonly what: string
  readonly height: number
  readonly first: number
  readonly last: number
  readonly bits: number
  readonly expected: number
}

const retargets: readonly Retarget[] = [
  { what: 'no constraint', height: 32255, first: 1261130161, last: 1262152739, bits: 0x1d00ffff, expected: 0x1d00d86a },
  { what: 'limit of work', height: 2015, first: 1231006505, last: 1233061996, bits: 0x1d00ffff, expected: 0x1d00ffff },
  {
    what: 'a quarter of time',
    height: 68543,
    first: 1279008237,
    last: 1279297671,
    bits: 0x1c05a3f4,
    expected: 0x1c0168fd,
  },
  {
    what: 'four times the time',
    height: 46367,
    first: 1263163443,
    last: 1269211443,
    bits: 0x1c387f6f,
    expected: 0x1d00e1fd,
  },
]

test.each(retargets)('mainnet retarget: $what', ({ height, first, last, bits, expected }) => {
  const tip = stretch(
    height,
    (at) => (at === height ? last : first),
    () => bits,
  )
  expect(computeNextBits(tip, last + 600, MAIN)).toBe(expected)
  expect(isPermittedDifficultyTransition(MAIN, height + 1, { old: bits, new: expected })).toBe(true)
})

test('a transition no chain could make is not permitted', () => {
  expect(isPermittedDifficultyTransition(MAIN, 68544, { old: 0x1c05a3f4, new: 0x1c0168fc })).toBe(false)
  expect(isPermittedDifficultyTransition(MAIN, 46368, { old: 0x1c387f6f, new: 0x1d00e1fe })).toBe(false)
  expect(isPermittedDifficultyTransition(MAIN, 100, { old: 0x1d00ffff, new: 0x1d00fffe })).toBe(false)
  expect(isPermittedDifficultyTransition(TESTNET4, 100, { old: 0x1d00ffff, new: 0x1c00ffff })).toBe(true)
})

test('between retargets the bits stay', () => {
  for (const parameters of [MAIN, SIGNET] as const) {
    const tip = stretch(
      5000,
      (at) => at * 600,
      () => 0x1c05a3f4,
    )
    expect(computeNextBits(tip, 5001 * 600 + 100_000, parameters)).toBe(0x1c05a3f4)
  }
})

const easy = 0x1d00ffff
const hard = 0x1c05a3f4

test('testnet: after twenty minutes a block of least difficulty, then the last real one again', () => {
  const bits = (at: number): number => (at >= 5000 ? easy : hard)
  const tip = stretch(5003, (at) => at * 600, bits)
  expect(computeNextBits(tip, tip.time + 1201, TESTNET4)).toBe(easy)
  expect(computeNextBits(tip, tip.time + 1200, TESTNET4)).toBe(hard)
})

test('BIP 94 takes the period’s first bits for its retarget, others the last', () => {
  const height = INTERVAL * 3 - 1
  const first = height - (INTERVAL - 1)
  const tip = stretch(
    height,
    (at) => 1_000_000 + (at - first) * Math.ceil(1209600 / 2015),
    (at) => (at === height ? easy : hard),
  )
  const before: NetworkParameters = { ...TESTNET4, consensus: { ...TESTNET4.consensus, enforceBip94: false } }
  expect(computeNextBits(tip, tip.time + 1, before)).toBe(easy)
  expect(computeNextBits(tip, tip.time + 1, TESTNET4) >>> 24).toBe(0x1c)
})

test('regtest never retargets', () => {
  const tip = stretch(
    287,
    (at) => at,
    () => 0x207fffff,
  )
  expect(computeNextBits(tip, tip.time + 1, REGTEST)).toBe(0x207fffff)
})
