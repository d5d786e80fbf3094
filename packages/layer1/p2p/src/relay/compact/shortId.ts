import { ByteWriter } from '@ply/bytes'
import { createSipHashKey, sha256, sipHash48 } from '@ply/crypto'
import { type BlockHeader, HEADER_SIZE, type Wtxid, writeHeader } from '@ply/primitives'

/** BIP 152: the short id of a transaction, under a key that the header and the sender's nonce give. */
export function createShortIds(header: BlockHeader, nonce: bigint): (wtxid: Wtxid) => number {
  const writer = new ByteWriter(HEADER_SIZE + 8)
  writeHeader(writer, header)
  const key = createSipHashKey(sha256(writer.u64(nonce).finish()).subarray(0, 16))
  return (wtxid) => sipHash48(key, wtxid)
}
