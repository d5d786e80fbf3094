import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCompact, encodeCompact } from './compactBits.ts'
import { computeBlockWork } from './work.ts'

test.each([
  [0x00000000, 0n, 0],
  [0x00123456, 0n, 0],
  [0x01003456, 0n, 0],
  [0x02000056, 0n, 0],
  [0x03000000, 0n, 0],
  [0x04000000, 0n, 0],
  [0x00923456, 0n, 0],
  [0x01803456, 0n, 0],
  [0x02800056, 0n, 0],
  [0x01123456, 0x12n, 0x01120000],
  [0x02123456, 0x1234n, 0x02123400],
  [0x03123456, 0x123456n, 0x03123456],
  [0x04123456, 0x12345600n, 0x04123456],
  [0x05009234, 0x92340000n, 0x05009234],
  [0x20123456, 0x123456n << 232n, 0x20123456],
] as const)('bits %i encode %i', (bits, target, back) => {
  expect(decodeCompact(bits)).toEqual({ target, negative: false, overflow: false })
  expect(encodeCompact(target)).toBe(back)
})

test('a sign and too large an exponent are marked', () => {
  expect(decodeCompact(0x01fedcba)).toMatchObject({ target: 0x7en, negative: true })
  expect(decodeCompact(0x04923456)).toMatchObject({ target: 0x12345600n, negative: true })
  expect(decodeCompact(0xff123456).overflow).toBe(true)
  expect(decodeCompact(0x23000001).overflow).toBe(true)
  expect(decodeCompact(0x22000001).overflow).toBe(false)
  expect(decodeCompact(0x21000100).overflow).toBe(false)
  expect(decodeCompact(0x21010000).overflow).toBe(true)
})

test('0x80 moves to the next byte rather than become a sign', () => {
  expect(encodeCompact(0x80n)).toBe(0x02008000)
})

test('encoding keeps at least fifteen bits, and what decodes encodes back', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, (1n << 256n) - 1n), (target) => {
      const decoded = decodeCompact(encodeCompact(target))
      expect(decoded.negative || decoded.overflow).toBe(false)
      expect(decoded.target <= target && (target - decoded.target) * 0x8000n <= target).toBe(true)
      expect(decodeCompact(encodeCompact(decoded.target)).target).toBe(decoded.target)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('work is what a target lets expect', () => {
  expect(computeBlockWork(0x1d00ffff)).toBe(0x100010001n)
  expect(computeBlockWork(0x207fffff)).toBe(2n)
  expect(computeBlockWork(0)).toBe(0n)
  expect(computeBlockWork(0x04923456)).toBe(0n)
})
