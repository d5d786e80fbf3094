import { concatBytes } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { createSipHashKey, sipHash24, sipHash48, sipHashToRange } from './sipHash.ts'

const key = Uint8Array.from({ length: 16 }, (_, i) => i)
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i)

// From the SipHash paper's reference and Bitcoin Core's hash_tests.
test.each([
  [0, 0x726fdb47dd0e0e31n],
  [1, 0x74f839c593dc67fdn],
  [8, 0x93f5f5799a932462n],
  [16, 0x3f2acc7f57c29bdbn],
  [18, 0x4bc1b3f0968dd39cn],
  [27, 0x2f2e6163076bcfadn],
  [32, 0x7127512f72f27ccen],
  [40, 0x0e3ea96b5304a7d0n],
  [48, 0xe612a3cb9ecba951n],
  [63, 0x958a324ceb064572n],
])('SipHash-2-4 of %i bytes', (length, expected) => {
  expect(sipHash24(key, counting(length))).toBe(expected)
})

const MASK = (1n << 64n) - 1n
const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (64n - bits))) & MASK
const wordOf = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)

/** The same function straight from its definition. */
function naive(seed: Uint8Array, data: Uint8Array): bigint {
  const [k0, k1] = [wordOf(seed.subarray(0, 8)), wordOf(seed.subarray(8))]
  let v0 = k0 ^ 0x736f6d6570736575n
  let v1 = k1 ^ 0x646f72616e646f6dn
  let v2 = k0 ^ 0x6c7967656e657261n
  let v3 = k1 ^ 0x7465646279746573n
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      v0 = (v0 + v1) & MASK
      v1 = rotate(v1, 13n) ^ v0
      v0 = rotate(v0, 32n)
      v2 = (v2 + v3) & MASK
      v3 = rotate(v3, 16n) ^ v2
      v0 = (v0 + v3) & MASK
      v3 = rotate(v3, 21n) ^ v0
      v2 = (v2 + v1) & MASK
      v1 = rotate(v1, 17n) ^ v2
      v2 = rotate(v2, 32n)
    }
  }
  const padding = new Uint8Array(8 - (data.length % 8))
  padding[padding.length - 1] = data.length & 255
  const padded = concatBytes(data, padding)
  for (let at = 0; at < padded.length; at += 8) {
    const word = wordOf(padded.subarray(at, at + 8))
    v3 ^= word
    rounds(2)
    v0 ^= word
  }
  v2 ^= 0xffn
  rounds(4)
  return v0 ^ v1 ^ v2 ^ v3
}

test('the halves agree with 64-bit arithmetic', () => {
  const random = createRandom(24)
  for (let i = 0; i < 200; i++) {
    const [seed, data] = [random.bytes(16), random.bytes(random.below(300))]
    expect(sipHash24(seed, data)).toBe(naive(seed, data))
    expect(sipHash48(createSipHashKey(seed), data)).toBe(Number(naive(seed, data) & 0xffff_ffff_ffffn))
  }
})

test('a hash is brought into a range as with numbers of any size', () => {
  const random = createRandom(158)
  for (let run = 0; run < 2000; run++) {
    const [seed, data] = [random.bytes(16), random.bytes(random.below(40))]
    const range = random.pick([0, 1, 784931, 2 ** 37, random.below(2 ** 31), 2 ** 37 - random.below(1000)])
    const expected = (sipHash24(seed, data) * BigInt(range)) >> 64n
    expect(sipHashToRange(createSipHashKey(seed), data, range)).toBe(Number(expected))
  }
})
