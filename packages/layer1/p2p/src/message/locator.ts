import type { BlockHash } from '@ply/primitives'
import { LOCATOR_VERSION, MAX_LOCATOR } from '../protocol.ts'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'

export interface LocatorRequest {
  /** Hashes of the sender's chain, the newest first, ever further apart, ending at the genesis block. */
  readonly locator: readonly BlockHash[]
  /** The last block wanted; all zero for as many as fit. */
  readonly stop: BlockHash
}

/** The common body of `getheaders` and `getblocks`. */
export const locatorCodec: Codec<LocatorRequest> = {
  read(reader) {
    reader.u32() // the sender's protocol version again, which nobody reads
    const locator = readLimited(reader, MAX_LOCATOR, (item) => item.bytes(32) as BlockHash)
    return { locator, stop: reader.bytes(32) as BlockHash }
  },
  write(writer, { locator, stop }) {
    writer.u32(LOCATOR_VERSION).compactSize(locator.length)
    for (const hash of locator) writer.bytes(hash)
    writer.bytes(stop)
  },
}
