import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bigintFromBytesBE,
  bigintFromBytesLE,
  bigintToBytesBE,
  bigintToBytesLE,
  ByteReader,
  bytesToHex,
  bytesToWords,
  ByteWriter,
  compareBytes,
  concatBytes,
  decodeBase58,
  decodeBech32,
  DecodeError,
  decodeExact,
  decodeHex,
  decodeUtf8,
  encodeBase58,
  encodeBech32,
  equalBytes,
  hexToBytes,
  tryDecode,
  unwrap,
  utf8ToBytes,
  wordsToBytes,
} from './index.ts'

const seeded = { seed: 1, numRuns: 300 }
const bytes = fc.uint8Array({ maxLength: 80 })

describe('integers', () => {
  test('CompactSize at its boundaries, in its shortest form only', () => {
    for (const value of [0, 0xfc, 0xfd, 0xffff, 0x10000, 0xffffffff, 0x100000000]) {
      const encoded = new ByteWriter().compactSize(value).finish()
      expect(unwrap(decodeExact(encoded, (r) => r.compactSize(true)))).toBe(value)
    }
    for (const long of ['fdfc00', 'feffff0000', 'ffffffffff00000000']) {
      const decoded = decodeExact(hexToBytes(long), (r) => r.compactSize(true))
      expect(decoded).toMatchObject({ ok: false, error: { code: 'non-canonical-compact-size' } })
    }
    expect(decodeExact(hexToBytes('fe01000002'), (r) => r.compactSize())).toMatchObject({
      error: { code: 'size-too-large' },
    })
  })

  test('CompactSize of 64 bits', () => {
    for (const value of [0n, 0xfdn, 0xffffffffn, 0x100000000n, (1n << 63n) + 1n, (1n << 64n) - 1n]) {
      const encoded = new ByteWriter().compactSize64(value).finish()
      expect(unwrap(decodeExact(encoded, (r) => r.compactSize64()))).toBe(value)
    }
    expect(decodeExact(hexToBytes('ffffffffff00000000'), (r) => r.compactSize64())).toMatchObject({ ok: false })
  })

  // BOLT 1, appendix A.
  test.each([
    [0n, '00'],
    [252n, 'fc'],
    [253n, 'fd00fd'],
    [65535n, 'fdffff'],
    [65536n, 'fe00010000'],
    [4294967295n, 'feffffffff'],
    [4294967296n, 'ff0000000100000000'],
    [18446744073709551615n, 'ffffffffffffffffff'],
  ])('BigSize %s', (value, hex) => {
    expect(bytesToHex(new ByteWriter().bigSize(value).finish())).toBe(hex)
    expect(unwrap(decodeExact(hexToBytes(hex), (r) => r.bigSize()))).toBe(value)
  })

  test.each(['fd00fc', 'fe0000ffff', 'ff00000000ffffffff'])('BigSize %s is not canonical', (hex) => {
    expect(decodeExact(hexToBytes(hex), (r) => r.bigSize())).toMatchObject({
      error: { code: 'non-canonical-big-size' },
    })
  })

  test.each(['fd00', 'feffff', 'ffffffffff', '', 'fd', 'fe', 'ff'])('BigSize %s ends early', (hex) => {
    expect(decodeExact(hexToBytes(hex), (r) => r.bigSize())).toMatchObject({ error: { code: 'end-of-data' } })
  })

  test('what the writer writes, the reader reads', () => {
    const written = new ByteWriter(1)
      .u8(1)
      .u16(0x0203)
      .u32(0xfffffffe)
      .i32(-2)
      .u64(2n ** 64n - 1n)
      .i64(-5n)
      .u16BE(0x0203)
      .u32BE(0x01020304)
      .u64BE(7n)
      .varBytes(Uint8Array.of(9, 9))
      .finish()
    const read = decodeExact(written, (r) => [
      r.u8(),
      r.u16(),
      r.u32(),
      r.i32(),
      r.u64(),
      r.i64(),
      r.u16BE(),
      r.u32BE(),
      r.u64BE(),
      [...r.varBytes()],
    ])
    expect(unwrap(read)).toEqual([1, 0x0203, 0xfffffffe, -2, 2n ** 64n - 1n, -5n, 0x0203, 0x01020304, 7n, [9, 9]])
  })

  test('bigints keep their value in either order', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
        expect(bigintFromBytesBE(bigintToBytesBE(value, 32))).toBe(value)
        expect(bigintFromBytesLE(bigintToBytesLE(value, 32))).toBe(value)
      }),
      seeded,
    )
  })
})

describe('decoders of hostile input', () => {
  test('a reader never reads past the end and never throws anything but DecodeError', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const result = tryDecode(() => {
          const reader = new ByteReader(input)
          for (;;) reader.varBytes()
        })
        expect(result.ok).toBe(false)
        if (!result.ok) expect(result.error).toBeInstanceOf(DecodeError)
      }),
      seeded,
    )
  })

  test('hex, base58, bech32 and UTF-8 text: a value or a named error', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), bytes, (text, raw) => {
        for (const result of [decodeHex(text), decodeBase58(text), decodeBech32(text), decodeUtf8(raw)]) {
          if (!result.ok) expect(result.error.code).toMatch(/^[a-z0-9-]+$/)
        }
      }),
      seeded,
    )
  })

  test('base58 text of unbounded length is refused before any work', () => {
    expect(decodeBase58('1'.repeat(100_000))).toMatchObject({ error: { code: 'size-too-large' } })
  })
})

describe('round trips', () => {
  test('hex, base58, words, bech32 and UTF-8', () => {
    fc.assert(
      fc.property(bytes, fc.string(), (raw, text) => {
        expect(equalBytes(hexToBytes(bytesToHex(raw)), raw)).toBe(true)
        expect(equalBytes(unwrap(decodeBase58(encodeBase58(raw))), raw)).toBe(true)
        const words = bytesToWords(raw)
        expect(equalBytes(unwrap(wordsToBytes(words)), raw)).toBe(true)
        for (const encoding of ['bech32', 'bech32m'] as const) {
          const decoded = unwrap(decodeBech32(encodeBech32({ encoding, hrp: 'ply', words }, false), false))
          expect(decoded.encoding).toBe(encoding)
          expect(equalBytes(decoded.words, words)).toBe(true)
        }
        const wellFormed = text.replace(/\p{Surrogate}/gu, '�')
        expect(unwrap(decodeUtf8(utf8ToBytes(text)))).toBe(wellFormed)
      }),
      seeded,
    )
  })

  test('words with wrong padding are refused only where strict', () => {
    const words = Uint8Array.of(31, 31)
    expect(wordsToBytes(words)).toMatchObject({ error: { code: 'bad-padding' } })
    expect(unwrap(wordsToBytes(words, false))).toEqual(Uint8Array.of(255))
  })

  test('order and joining', () => {
    expect(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBeLessThan(0)
    expect(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBeGreaterThan(0)
    expect(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3))
  })
})
