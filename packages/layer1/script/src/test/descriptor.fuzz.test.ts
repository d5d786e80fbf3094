import { createRandom } from '@ply/testkit'
import { MAIN } from '@ply/primitives'
import { expect, test } from 'vitest'
import { computeDescriptorChecksum } from '../descriptor/checksum.ts'
import { expandMultipath } from '../descriptor/descriptor.ts'
import { deriveOutputs } from '../descriptor/deriveOutputs.ts'
import { formatDescriptor } from '../descriptor/formatDescriptor.ts'
import { parseDescriptor } from '../descriptor/parseDescriptor.ts'
import bips from '../testdata/descriptorBips.json' with { type: 'json' }
import core from '../testdata/descriptorTests.json' with { type: 'json' }

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 800)
const PIECES = [
  '(',
  ')',
  '{',
  '}',
  ',',
  '/',
  '*',
  "'",
  'h',
  '<0;1>',
  '[',
  ']',
  '#',
  'sh(',
  'wsh(',
  'pk(',
  'musig(',
  '0',
  '-1',
  ' ',
  'Ü',
  '\u0000',
]

test('descriptors of any text are a named violation, or a value that is written and read as itself', () => {
  const random = createRandom(380)
  const seeds = [
    ...core.checks.flatMap(({ prv, pub }) => [prv, pub]),
    ...core.unparsable.map((entry) => String(entry[1])),
    ...Object.values(bips).flatMap(({ valid }) => valid.map((entry) => String(entry[0]))),
  ]
  let read = 0
  for (let run = 0; run < RUNS; run++) {
    let text = random.pick(seeds).replace(/#.*$/, '')
    for (let edits = random.below(4); edits > 0; edits--) {
      const at = random.below(text.length + 1)
      const removed = random.chance(0.5) ? random.below(6) : 0
      text = text.slice(0, at) + (random.chance(0.6) ? random.pick(PIECES) : '') + text.slice(at + removed)
    }
    if (random.chance(0.1)) text += `#${computeDescriptorChecksum(text) ?? 'qqqqqqqq'}`
    const parsed = parseDescriptor(text, MAIN)
    if (!parsed.ok) {
      expect(parsed.error.code).toBe('bad-descriptor')
      continue
    }
    read++
    const written = formatDescriptor(parsed.value, 'private')
    const again = parseDescriptor(written, MAIN, { requireChecksum: true })
    expect(again.ok && formatDescriptor(again.value, 'private')).toBe(written)
    for (const one of expandMultipath(parsed.value)) deriveOutputs(one, random.below(3))
  }
  expect(read).toBeGreaterThan(RUNS / 10)
})

test('deep and long texts end quickly', () => {
  const key = '03a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd'
  for (const text of [
    '('.repeat(100_000),
    'sh('.repeat(50_000),
    `tr(${key.slice(2)},${'{'.repeat(100_000)}`,
    `multi(1${`,${key}`.repeat(2000)})`,
    `pk([deadbeef${'/1'.repeat(50_000)})`,
  ]) {
    expect(parseDescriptor(text, MAIN).ok).toBe(false)
  }
})
