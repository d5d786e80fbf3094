import { ByteReader, ByteWriter, DecodeError, equalBytes, type Result, tryDecode, utf8ToBytes } from '@ply/bytes'
import { type BlockHash, NETWORKS, type NetworkParameters } from '@ply/primitives'

const MAGIC = Uint8Array.from([...utf8ToBytes('utxo'), 0xff])
const VERSION = 2

/** Bytes of what a snapshot file says before its coins come. */
export const SNAPSHOT_METADATA_SIZE = 51

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
  new ByteWriter(SNAPSHOT_METADATA_SIZE).bytes(MAGIC).u16(VERSION).bytes(magic).bytes(base).u64(BigInt(coins)).finish()

function checkMagic(magic: Uint8Array, parameters: NetworkParameters): void {
  if (equalBytes(magic, parameters.magic)) return
  const other = Object.values(NETWORKS).find((network) => equalBytes(network.magic, magic))
  throw new DecodeError(
    'wrong-network',
    other
      ? `The network of the snapshot (${other.name}) does not match the network of this node (${parameters.name}).`
      : 'This snapshot has been created for an unrecognized network. This could be a custom signet, a new testnet or possibly caused by data corruption.',
  )
}

/**
 * Reads the first bytes of a snapshot file for a network. Violations `bad-snapshot-magic`, `unknown-snapshot-version`,
 * `wrong-network`, in Bitcoin Core's words, and those of the reader.
 */
export function decodeSnapshotMetadata(
  bytes: Uint8Array,
  parameters: NetworkParameters,
): Result<SnapshotMetadata, DecodeError> {
  return tryDecode(() => {
    const reader = new ByteReader(bytes)
    if (!equalBytes(reader.view(MAGIC.length), MAGIC)) {
      throw new DecodeError(
        'bad-snapshot-magic',
        'Invalid UTXO set snapshot magic bytes. Please check if this is indeed a snapshot file or if you are using an outdated snapshot format.',
      )
    }
    const version = reader.u16()
    if (version !== VERSION) {
      const words = `Version of snapshot ${version} does not match any of the supported versions.`
      throw new DecodeError('unknown-snapshot-version', words)
    }
    const magic = reader.bytes(4)
    checkMagic(magic, parameters)
    const base = reader.bytes(32) as BlockHash
    return { magic, base, coins: Number(reader.u64()) }
  })
}
