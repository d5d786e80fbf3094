import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { checkAsmap } from './checkAsmap.ts'
import { findAsn } from './findAsn.ts'
import { CORE_EXAMPLE, CORE_RANDOM } from './testdata/maps.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 20_000)
const MAX_ASN = 2 ** 25

/** A map that says something for every address, by parting the addresses at random. */
function randomMap(random: ReturnType<typeof createRandom>): Uint8Array {
  const integer = (value: number, least: number, widths: readonly number[]): string => {
    let rest = value - least
    for (const [i, width] of widths.entries()) {
      const stop = i === widths.length - 1 ? '' : '0'
      if (rest < 2 ** width) return `${'1'.repeat(i)}${stop}${width === 0 ? '' : rest.toString(2).padStart(width, '0')}`
      rest -= 2 ** width
    }
    throw new Error('too large')
  }
  const widths = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const asn = () => integer(1 + random.below(100_000), 1, widths(15, 24))
  const part = (depth: number): string => {
    if (depth === 0 || random.chance(0.3)) return `0${asn()}`
    if (random.chance(0.4)) return `111${asn()}110${integer(2 + random.below(510), 2, widths(1, 8))}${jump(depth)}`
    return jump(depth)
  }
  const jump = (depth: number): string => {
    const left = part(depth - 1)
    return `10${integer(left.length, 17, widths(5, 30))}${left}${part(depth - 1)}`
  }
  const bits = jump(6)
  const packed = new Uint8Array(Math.ceil(bits.length / 8))
  for (let i = 0; i < bits.length; i++) if (bits[i] === '1') packed[i >> 3]! |= 1 << (i & 7)
  return packed
}

test('what is made to be sound passes, and finds a number for every address', () => {
  const random = createRandom(21)
  for (let run = 0; run < RUNS / 50; run++) {
    const map = randomMap(random)
    expect(checkAsmap(map)).toMatchObject({ ok: true })
    for (let i = 0; i < 5; i++) expect(findAsn(map, random.bytes(16))).toBeLessThan(MAX_ASN)
  }
})

test('whatever a map consists of: what passes the check has an answer for every address', () => {
  const random = createRandom(22)
  let passed = 0
  for (let run = 0; run < RUNS; run++) {
    const kind = random.below(3)
    const map = kind === 0 ? random.bytes(random.below(60)) : (kind === 1 ? CORE_EXAMPLE : CORE_RANDOM).slice()
    if (kind > 0) for (let i = random.below(3); i >= 0; i--) map[random.below(map.length)]! ^= 1 << random.below(8)
    if (!checkAsmap(map).ok) continue
    passed++
    for (let i = 0; i < 5; i++) {
      const asn = findAsn(map, random.bytes(16))
      expect(asn >= 0 && asn < MAX_ASN).toBe(true)
    }
  }
  expect(passed).toBeGreaterThan(RUNS / 100)
})
