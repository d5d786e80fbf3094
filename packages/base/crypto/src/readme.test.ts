import { expect, test } from 'vitest'
import { ecdsaSign, ecdsaVerify, encodeDer, publicKeyFromSecret, sha256 } from '@ply/crypto'

test("the README's example", () => {
  const secretKey = sha256(Uint8Array.of(1, 2, 3))
  const publicKey = publicKeyFromSecret(secretKey)!
  const hash = sha256(new TextEncoder().encode('one ply'))
  const signature = ecdsaSign(hash, secretKey)!
  const valid = ecdsaVerify(hash, signature, publicKey)
  const der = encodeDer(signature)
  expect(valid).toBe(true)
  expect(der[0]).toBe(0x30)
})
