import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import {
  decodeDerLax,
  ecdsaRecover,
  ecdsaSign,
  ecdsaSignRecoverable,
  ecdsaVerify,
  encodeDer,
  isLowS,
  publicKeyFromSecret,
  sha256,
} from './index.ts'

const random = createRandom(66)
const secretKey = sha256(Uint8Array.of(66))
const publicKey = publicKeyFromSecret(secretKey)!

describe('DER', () => {
  test('what is encoded strictly is decoded to the same signature', () => {
    for (let i = 0; i < 30; i++) {
      const signature = ecdsaSign(random.bytes(32), secretKey)!
      expect(isLowS(signature)).toBe(true)
      expect(bytesToHex(decodeDerLax(encodeDer(signature))!)).toBe(bytesToHex(signature))
    }
  })

  const hash = sha256(Uint8Array.of(1))
  const signature = ecdsaSign(hash, secretKey)!
  const r = signature.subarray(0, 32)
  const s = signature.subarray(32)
  const integer = (body: Uint8Array, length = Uint8Array.of(body.length)): Uint8Array =>
    concatBytes(Uint8Array.of(2), length, body)
  const sequence = (...parts: Uint8Array[]): Uint8Array => {
    const body = concatBytes(...parts)
    return concatBytes(Uint8Array.of(0x30, body.length), body)
  }
  const zeros = new Uint8Array(5)

  test.each([
    ['too much padding', sequence(integer(concatBytes(zeros, r)), integer(concatBytes(zeros, s)))],
    ['integers that look negative', sequence(integer(r), integer(s))],
    ['a wrong outer length', concatBytes(Uint8Array.of(0x30, 1), integer(r), integer(s))],
    ['a long outer length', concatBytes(Uint8Array.of(0x30, 0x82, 0, 68), integer(r), integer(s))],
    ['long integer lengths', sequence(integer(r, Uint8Array.of(0x81, 32)), integer(s, Uint8Array.of(0x83, 0, 0, 32)))],
    ['bytes behind it', concatBytes(sequence(integer(r), integer(s)), zeros)],
  ])('the lenient reader takes %s', (_what, der) => {
    expect(ecdsaVerify(hash, decodeDerLax(der)!, publicKey)).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['another tag', '31060201010201'],
    ['a missing second integer', '3003020101'],
    ['an integer that is too long', '3006022001020101'],
    ['a length of more than four bytes', '30090285010000000001'],
  ])('the lenient reader gives up on %s', (_what, hex) => {
    expect(decodeDerLax(hexToBytes(hex))).toBeUndefined()
  })

  test('numbers over the group order make a signature that verifies nothing', () => {
    const over = decodeDerLax(
      sequence(integer(concatBytes(Uint8Array.of(0), new Uint8Array(32).fill(255))), integer(s)),
    )
    expect(over).toEqual(new Uint8Array(64))
    expect(ecdsaVerify(hash, over!, publicKey)).toBe(false)
  })

  test('random bytes: a signature or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), (raw) => {
        for (const der of [raw, concatBytes(Uint8Array.of(0x30), raw)]) {
          const decoded = decodeDerLax(der)
          expect(decoded === undefined || decoded.length === 64).toBe(true)
        }
      }),
      { seed: 66, numRuns: 500 },
    )
  })
})

test('recovery gives the signing key', () => {
  const hash = sha256(Uint8Array.of(2))
  const { signature, recoveryId } = ecdsaSignRecoverable(hash, secretKey)!
  expect(bytesToHex(ecdsaRecover(hash, signature, recoveryId)!)).toBe(bytesToHex(publicKey))
  expect(ecdsaRecover(hash, new Uint8Array(64), 0)).toBeUndefined()
})
