import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase32, encodeBase32 } from './base32.ts'

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

test.each([
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
])('RFC 4648: %s', (text, encoded) => {
  expect(encodeBase32(ascii(text))).toBe(encoded)
  expect(decodeBase32(encoded.toUpperCase())).toEqual(ascii(text))
})

test('round trip', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
    expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes)
  })
  fc.assert(property, { seed: 1, numRuns: 200 })
})

test.each(['1', 'a', 'mz=', 'mzx', 'm!', 'mz'])('refuses %s', (text) => expect(decodeBase32(text)).toBeUndefined())
