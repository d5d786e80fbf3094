import { concatBytes, DecodeError } from '@ply/bytes'
import { computeBlockHash, REGTEST } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { BitReader, BitWriter } from './bitStream.ts'
import { computeBasicFilter, decodeBasicFilter, matchFilter } from './basicFilter.ts'
import { readGolombRice, writeGolombRice } from './golombRice.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 500)
const CODES = new Set([
  'end-of-data',
  'trailing-data',
  'filter-too-many-items',
  'non-canonical-compact-size',
  'size-too-large',
])
const block = REGTEST.genesis
const hash = computeBlockHash(block.header)

test('random and mutated filters decode to ascending values or to a named error', () => {
  const random = createRandom(158)
  const scripts = Array.from({ length: 40 }, () => random.bytes(random.pick([22, 25, 34])))
  for (let i = 0; i < RUNS; i++) {
    const filter = computeBasicFilter(block, scripts.slice(0, random.below(40)))
    if (random.chance(0.6)) filter[random.below(filter.length)]! ^= 1 << random.below(8)
    const cut = random.chance(0.2) ? filter.subarray(0, random.below(filter.length)) : filter
    const bytes = random.chance(0.2) ? random.bytes(random.below(40)) : cut
    const decoded = decodeBasicFilter(bytes)
    if (decoded.ok) {
      expect(
        decoded.value.every((value, at) => Number.isSafeInteger(value) && value >= (decoded.value[at - 1] ?? 0)),
      ).toBe(true)
    } else {
      expect(decoded.error).toBeInstanceOf(DecodeError)
      expect(CODES).toContain(decoded.error.code)
    }
    expect(matchFilter(bytes, hash, scripts).ok).toBe(decoded.ok)
  }
})

test('a huge count costs no more than the bytes behind it', () => {
  const huge = concatBytes(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff), new Uint8Array(1000))
  expect(decodeBasicFilter(huge)).toMatchObject({ ok: false, error: { code: 'end-of-data' } })
  const tooHuge = concatBytes(Uint8Array.of(0xff, 0, 0, 0, 0, 1, 0, 0, 0), new Uint8Array(10))
  expect(decodeBasicFilter(tooHuge)).toMatchObject({ ok: false, error: { code: 'filter-too-many-items' } })
  const unary = concatBytes(Uint8Array.of(1), new Uint8Array(1000).fill(0xff))
  expect(decodeBasicFilter(unary)).toMatchObject({ ok: false, error: { code: 'end-of-data' } })
})

test('Golomb–Rice codes give back what was written', () => {
  const random = createRandom(19)
  for (let i = 0; i < RUNS; i++) {
    const p = random.pick([1, 2, 10, 19, 20])
    const values = Array.from({ length: random.below(20) }, () => random.below(2 ** p * 8))
    const writer = new BitWriter()
    for (const value of values) writeGolombRice(writer, value, p)
    const reader = new BitReader(writer.finish())
    expect(values.map(() => readGolombRice(reader, p))).toEqual(values)
    expect(reader.unreadBytes).toBe(0)
  }
})
