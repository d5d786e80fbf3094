import { expect, test } from 'vitest'
import { bigintFromBytesLE, bigintToBytesLE } from '@ply/bytes'
import { hashToDisplay } from '@ply/primitives'
import { MuHash } from '../index.ts'

const fromInt = (value: number): Uint8Array => {
  const bytes = new Uint8Array(32)
  bytes[0] = value
  return bytes
}

test("Bitcoin Core's vector", () => {
  const hash = new MuHash().insert(fromInt(0)).insert(fromInt(1)).remove(fromInt(2))
  expect(hashToDisplay(hash.digest())).toBe('10d312b100cbd32ada024a6646e40d3482fcff103668d2625f10002a607d5863')
})

test('what is taken out again leaves no trace', () => {
  const hash = new MuHash().remove(fromInt(7)).insert(fromInt(5)).insert(fromInt(7)).remove(fromInt(5))
  expect(hash.digest()).toEqual(new MuHash().digest())
})

test('what was kept of a hash can be gone on with', () => {
  const kept = new MuHash().insert(fromInt(0)).remove(fromInt(2)).state()
  const whole = new MuHash().insert(fromInt(0)).insert(fromInt(1)).remove(fromInt(2))
  expect(kept).toHaveLength(384)
  expect(MuHash.restore(kept).insert(fromInt(1)).digest()).toEqual(whole.digest())
})

test('numbers over the modulus are those that are left of them', () => {
  const stateOf = (bytes: Uint8Array): bigint => bigintFromBytesLE(MuHash.restore(bytes).state())
  const modulus = (1n << 3072n) - 1103717n
  expect(stateOf(new Uint8Array(384).fill(255))).toBe(1103716n)
  expect(stateOf(bigintToBytesLE(modulus, 384))).toBe(0n)
  expect(stateOf(bigintToBytesLE(modulus - 1n, 384))).toBe(modulus - 1n)
})
