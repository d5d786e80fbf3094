import { expect, test } from 'vitest'
import { addressOfKey, createKey, encodeKey } from '../test/fakeSam.ts'
import { addressOf, decodeI2pBase64, destinationOf, encodeI2pBase64 } from './i2pDestination.ts'

test('a key begins with its destination, whose hash is the address', () => {
  const key = createKey()
  expect(destinationOf(new Uint8Array(key))).toHaveLength(391)
  expect(addressOf(destinationOf(new Uint8Array(key)))).toBe(addressOfKey(key))
})

test('I2P writes bytes with an alphabet of its own', () => {
  const bytes = Uint8Array.of(0xfb, 0xff, 0xfe)
  expect(encodeI2pBase64(bytes)).toBe('-~~-')
  expect(decodeI2pBase64('-~~-')).toEqual(bytes)
  expect(decodeI2pBase64(encodeKey(createKey()))).toHaveLength(455)
  for (const text of ['', 'a b', '+/==', 'RESULT=I2P_ERROR']) expect(() => decodeI2pBase64(text)).toThrow('Base64')
})

test('a key that is cut off is none', () => {
  const key = new Uint8Array(createKey())
  expect(() => destinationOf(key.subarray(0, 386))).toThrow('too short (386 < 387)')
  expect(() => destinationOf(key.subarray(0, 390))).toThrow('Certificate length (4) designates')
})
