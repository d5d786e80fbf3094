import { expect, test } from 'vitest'
import { ByteWriter, unwrap } from '@ply/bytes'
import { type Txid, writeTransaction } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { openInput, openOutput } from '../test/testNode.ts'
import { decodeMempoolDat, encodeMempoolDat, type SavedMempool } from './mempoolDat.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 500)
const KEY = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const txid = new Uint8Array(32).fill(7) as Txid
const tx = { version: 2, inputs: [openInput(txid)], outputs: [openOutput(900n)], lockTime: 0 }
const saved: SavedMempool = {
  transactions: [{ tx, time: 1_700_000_000, feeDelta: -5n }],
  feeDeltas: new Map([['11'.repeat(32), 70n]]),
  unbroadcast: [txid],
}

test('what is written is read again, under any key and in the form without one', () => {
  expect(unwrap(decodeMempoolDat(encodeMempoolDat(saved, KEY)))).toEqual(saved)
  const plain = encodeMempoolDat(saved, new Uint8Array(8))
  expect(plain).not.toEqual(encodeMempoolDat(saved, KEY))
  const old = new ByteWriter(300).u64(1n).bytes(plain.subarray(17)).finish()
  expect(unwrap(decodeMempoolDat(old))).toEqual(saved)
  expect(encodeMempoolDat(saved, undefined)).toEqual(old)
})

test('stands byte for byte where Bitcoin Core puts it', () => {
  const bytes = encodeMempoolDat({ transactions: saved.transactions, feeDeltas: new Map(), unbroadcast: [] }, KEY)
  const plain = new ByteWriter(300).u64(2n).varBytes(KEY).u64(1n)
  writeTransaction(plain, tx)
  const expected = plain.i64(1_700_000_000n).i64(-5n).u8(0).u8(0).finish()
  // The key's byte is that of the place in the file, which begins before the key itself.
  expect(bytes).toEqual(expected.map((byte, i) => (i < 17 ? byte : byte ^ KEY[i % 8]!)))
})

test('damaged files have a named error', () => {
  const random = createRandom(3)
  const good = encodeMempoolDat(saved, new Uint8Array(8))
  for (let run = 0; run < RUNS; run++) {
    const bytes = random.chance(0.2) ? random.bytes(random.below(100)) : good.slice(0, 1 + random.below(good.length))
    for (let flips = random.below(4); flips > 0; flips--) bytes[random.below(bytes.length)] = random.below(256)
    const decoded = decodeMempoolDat(bytes)
    if (!decoded.ok) expect(decoded.error.code).toMatch(/^[a-z0-9-]+$/)
  }
  expect(decodeMempoolDat(Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0))).toMatchObject({ error: { code: 'unknown-version' } })
  expect(decodeMempoolDat(new ByteWriter(20).u64(2n).varBytes(KEY.subarray(1)).finish())).toMatchObject({
    error: { code: 'bad-key' },
  })
})
