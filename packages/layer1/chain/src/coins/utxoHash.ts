import { type ByteWriter, ByteWriter as Writer } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { createSha256, sha256 } from '@ply/crypto'
import { type OutPoint, writeOutput } from '@ply/primitives'

function writeHashedCoin(writer: ByteWriter, outpoint: OutPoint, coin: Coin): void {
  writer.bytes(outpoint.txid).u32(outpoint.index)
  writer.u32(((coin.height << 1) | (coin.isCoinbase ? 1 : 0)) >>> 0)
  writeOutput(writer, coin.output)
}

/** The bytes of a coin that hashes of the whole set are made of. */
export function encodeHashedCoin(outpoint: OutPoint, coin: Coin): Uint8Array {
  const writer = new Writer(96)
  writeHashedCoin(writer, outpoint, coin)
  return writer.finish()
}

/** A hash over all coins, fed one at a time. */
export interface UtxoHash {
  add(outpoint: OutPoint, coin: Coin): void
  /** 32 bytes in internal order. Ends the hash. */
  digest(): Uint8Array
}

/**
 * `hash_serialized_3` of `gettxoutsetinfo`: double SHA256 over all coins in order of txid and index, which is that of
 * the store's keys.
 */
export function createSerializedUtxoHash(): UtxoHash {
  const inner = createSha256()
  return {
    add: (outpoint, coin) => inner.update(encodeHashedCoin(outpoint, coin)),
    digest: () => sha256(inner.digest()),
  }
}
