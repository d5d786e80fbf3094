import { ByteWriter, utf8ToBytes } from '@ply/bytes'
import type { BlockHash } from '@ply/primitives'

const MAGIC = [...utf8ToBytes('utxo'), 0xff]
const VERSION = 2

/** What a snapshot file says before its coins come. */
export interface SnapshotMetadata {
  /** Of the network's messages. */
  readonly magic: Uint8Array
  /** The block that the coins are as of. */
  readonly base: BlockHash
  readonly coins: number
}

/** The first 51 bytes of a snapshot file of Bitcoin Core's version 2. */
export const encodeSnapshotMetadata = ({ magic, base, coins }: SnapshotMetadata): Uint8Array =>
  new ByteWriter(51).bytes(Uint8Array.from(MAGIC)).u16(VERSION).bytes(magic).bytes(base).u64(BigInt(coins)).finish()
