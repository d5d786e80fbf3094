import { computeTxid, computeWtxid, encodeTransaction } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { coin, createTx } from '../test/fakeNode.ts'
import { readTxIds } from './readTxIds.ts'

test('the ids are those of the whole transaction, with witness and without', () => {
  const tx = createTx([coin(1), coin(2)], 3, 77)
  const ids = { txid: computeTxid(tx), wtxid: computeWtxid(tx) }
  expect(readTxIds(encodeTransaction(tx))).toEqual({ ok: true, value: ids })
  const stripped = { txid: ids.txid, wtxid: ids.txid as Uint8Array }
  expect(readTxIds(encodeTransaction(tx, false))).toEqual({ ok: true, value: stripped })
})

test('whatever comes has ids or a named error', () => {
  const random = createRandom(1)
  for (let run = 0; run < 300; run++) {
    const bytes = random.bytes(random.below(80))
    if (random.chance(0.5)) bytes.set([0, 1].slice(0, Math.max(0, bytes.length - 4)), Math.min(4, bytes.length))
    const ids = readTxIds(bytes)
    if (!ids.ok) expect(ids.error.name).toBe('DecodeError')
  }
})
