import { expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { publicKeyFromSecret } from './keys.ts'
import { uncompressPublicKey } from './uncompress.ts'

test('a compressed key and an uncompressed one of the same secret are the same point', () => {
  for (let i = 1; i <= 20; i++) {
    const secret = new Uint8Array(32).fill(i)
    const whole = uncompressPublicKey(publicKeyFromSecret(secret)!)
    expect(bytesToHex(whole!)).toBe(bytesToHex(publicKeyFromSecret(secret, false)!))
  }
})

test('not every number is the x of a point, and only 33 bytes are compressed', () => {
  const key = new Uint8Array(33).fill(0)
  key[0] = 2
  key[32] = 5
  expect(uncompressPublicKey(key)).toBeUndefined()
  expect(uncompressPublicKey(publicKeyFromSecret(new Uint8Array(32).fill(1), false)!)).toBeUndefined()
})
