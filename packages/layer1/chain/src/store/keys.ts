import { concatBytes, type ByteReader, decodeExact, DecodeError, type Result } from '@ply/bytes'
import type { StoreRange } from '@ply/ports'
import type { BlockHash, OutPoint, Txid } from '@ply/primitives'

// Every key of the chain's store begins with one letter. Coins sort by txid, then by index.
const COIN = 0x43 // C
const BLOCK_INDEX = 0x62 // b
const TIP = 0x42 // B

const COIN_KEY_SIZE = 37

/** `C` ‖ txid ‖ index, big-endian so that keys sort by it. */
export function coinKey(outpoint: OutPoint): Uint8Array {
  const key = new Uint8Array(COIN_KEY_SIZE)
  key[0] = COIN
  key.set(outpoint.txid, 1)
  for (let i = 0; i < 4; i++) key[33 + i] = outpoint.index >>> (24 - 8 * i)
  return key
}

/** The outpoint of a {@link coinKey}. Violations `bad-coin-key`, `end-of-data`, `trailing-data`. */
export function decodeCoinKey(key: Uint8Array): Result<OutPoint, DecodeError> {
  return decodeExact(key, (reader: ByteReader) => {
    if (reader.u8() !== COIN) throw new DecodeError('bad-coin-key')
    return { txid: reader.bytes(32) as Txid, index: reader.u32BE() }
  })
}

/** All coins, in the order in which the hash of the set takes them. */
export const COIN_RANGE: StoreRange = { gte: Uint8Array.of(COIN), lt: Uint8Array.of(COIN + 1) }

export const blockIndexKey = (hash: BlockHash): Uint8Array => concatBytes(Uint8Array.of(BLOCK_INDEX), hash)
export const BLOCK_INDEX_RANGE: StoreRange = { gte: Uint8Array.of(BLOCK_INDEX), lt: Uint8Array.of(BLOCK_INDEX + 1) }

/** The hash of the block that the coins stand for. */
export const TIP_KEY = Uint8Array.of(TIP)
