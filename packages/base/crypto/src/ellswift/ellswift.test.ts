import { bytesToHex, hexToBytes } from '@ply/bytes'
import { SeededEntropy } from '@ply/testkit'
import { hasVectors, missingReason, readVectorText } from '@ply/vectors'
import { describe, expect, it, test } from 'vitest'
import { publicKeyFromSecret } from '../keys.ts'
import { bip324Ecdh, ellswiftCreate, ellswiftDecode, ellswiftEcdhX, ellswiftEncode } from './ellswift.ts'
import { xswiftec, xswiftecInverse } from './xswiftec.ts'

const rows = (file: string): string[][] =>
  readVectorText(`bips/bip-0324/${file}.csv`)
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))

describe.skipIf(!hasVectors)(`BIP 324 vectors${hasVectors ? '' : ` (${missingReason})`}`, () => {
  it('decodes', () => {
    const cases = rows('ellswift_decode_test_vectors')
    expect(cases).toHaveLength(76)
    for (const [encoding, x] of cases) expect(bytesToHex(ellswiftDecode(hexToBytes(encoding!)))).toBe(x)
  })

  it('inverts', () => {
    const cases = rows('xswiftec_inv_test_vectors')
    expect(cases).toHaveLength(32)
    for (const [uHex, xHex, ...branches] of cases) {
      const [u, x] = [BigInt(`0x${uHex}`), BigInt(`0x${xHex}`)]
      for (let branch = 0; branch < 8; branch++) {
        const t = xswiftecInverse(x, u, branch)
        expect(t?.toString(16).padStart(64, '0') ?? '').toBe(branches[branch])
        if (t !== undefined) expect(xswiftec(u, t)).toBe(x)
      }
    }
  })
})

test('an encoding stands for the key that it was made of', () => {
  const entropy = new SeededEntropy(1)
  for (let round = 0; round < 10; round++) {
    const { secretKey, encoding } = ellswiftCreate(entropy)
    expect(ellswiftDecode(encoding)).toEqual(publicKeyFromSecret(secretKey)!.slice(1))
    expect(ellswiftEncode(ellswiftDecode(encoding), entropy)).not.toEqual(encoding)
  }
})

test('both sides come to one secret, which depends on who began', () => {
  const entropy = new SeededEntropy(2)
  const [a, b] = [ellswiftCreate(entropy), ellswiftCreate(entropy)]
  expect(ellswiftEcdhX(a.encoding, b.secretKey)).toEqual(ellswiftEcdhX(b.encoding, a.secretKey))
  expect(bip324Ecdh(a, b.encoding, true)).toEqual(bip324Ecdh(b, a.encoding, false))
  expect(bip324Ecdh(a, b.encoding, true)).not.toEqual(bip324Ecdh(a, b.encoding, false))
})
