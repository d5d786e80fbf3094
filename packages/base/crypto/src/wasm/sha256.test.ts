import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '@ply/testkit'
import { createSha256Module, createWasmSha256, MAX_WASM_SHA256_LENGTH } from './sha256.ts'

const { sha256, hash256 } = createWasmSha256()!

test('hashes every length as @noble does, whatever was hashed before', () => {
  const random = createRandom(1)
  const lengths = [...Array.from({ length: 300 }, (_, i) => i), 1000, MAX_WASM_SHA256_LENGTH]
  for (const length of [...lengths, ...lengths.reverse()]) {
    const data = random.bytes(length)
    expect(sha256(data)).toEqual(nobleSha256(data))
    expect(hash256(data)).toEqual(nobleSha256(nobleSha256(data)))
  }
})

test('hashes views, and answers with arrays of their own', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(500), (data, start) => {
      const view = data.subarray(start)
      const first = sha256(view)
      const copy = first.slice()
      hash256(data)
      expect(first).toEqual(copy)
      expect(first).toEqual(nobleSha256(view))
    }),
    { seed: 1, numRuns: 100 },
  )
})

test('the module is the same each time', () => {
  expect(createSha256Module()).toEqual(createSha256Module())
})
