import { expect, test } from 'vitest'
import { ByteWriter, bytesToHex, decodeExact, unwrap } from '@ply/bytes'

test("the README's example", () => {
  const encoded = new ByteWriter()
    .u32(7)
    .varBytes(Uint8Array.of(1, 2, 3))
    .finish()
  const decoded = decodeExact(encoded, (reader) => ({ id: reader.u32(), body: reader.varBytes() }))
  const { id, body } = unwrap(decoded)
  const text = `${id}:${bytesToHex(body)}`
  expect(text).toBe('7:010203')

  const tooShort = decodeExact(encoded.subarray(0, 5), (reader) => ({ id: reader.u32(), body: reader.varBytes() }))
  const reason = tooShort.ok ? 'none' : tooShort.error.code
  expect(reason).toBe('end-of-data')
})
