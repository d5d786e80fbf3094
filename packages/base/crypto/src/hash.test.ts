import { bytesToHex, utf8ToBytes } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { createHmacSha512, hmacSha512 } from './hash.ts'

test('HMAC-SHA512 of many messages under one key is that of each', () => {
  // RFC 4231, test case 2.
  const expected =
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737'
  const known = createHmacSha512(utf8ToBytes('Jefe'))
  for (let i = 0; i < 2; i++) expect(bytesToHex(known(utf8ToBytes('what do ya want for nothing?')))).toBe(expected)

  const random = createRandom(512)
  const key = random.bytes(32)
  const keyed = createHmacSha512(key)
  for (let length = 0; length < 300; length += 37) {
    const message = random.bytes(length)
    expect(keyed(message)).toEqual(hmacSha512(key, message))
  }
})
