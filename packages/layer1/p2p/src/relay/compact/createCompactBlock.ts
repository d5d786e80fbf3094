import { assert } from '@ply/bytes'
import { type Block, computeWtxid } from '@ply/primitives'
import type { CompactBlock } from '../../message/cmpctblock.ts'
import { createShortIds } from './shortId.ts'

/** BIP 152: the block in compact form. Only the coinbase goes with it: nobody can have that one. */
export function createCompactBlock({ header, transactions }: Block, nonce: bigint): CompactBlock {
  const [coinbase, ...others] = transactions
  assert(coinbase !== undefined, 'a block without transactions is not announced')
  const shortId = createShortIds(header, nonce)
  return {
    header,
    nonce,
    shortIds: others.map((tx) => shortId(computeWtxid(tx))),
    prefilled: [{ skip: 0, tx: coinbase }],
  }
}
