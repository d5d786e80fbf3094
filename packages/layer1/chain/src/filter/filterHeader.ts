import type { Brand } from '@ply/bytes'
import { concatBytes } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { ZERO_HASH } from '@ply/primitives'

/** Link of the chain of filters (BIP 157); 32 bytes in internal order. */
export type FilterHeader = Brand<Uint8Array, 'FilterHeader'>

/** What the genesis block's filter header builds on. */
export const NO_FILTER_HEADER = ZERO_HASH as FilterHeader

/** BIP 157: double SHA256 of the encoded filter. */
export const computeFilterHash = (filter: Uint8Array): Uint8Array => hash256(filter)

/** BIP 157: commits to a block's filter and to those of all blocks before it. */
export const computeFilterHeader = (filter: Uint8Array, previous: FilterHeader): FilterHeader =>
  hash256(concatBytes(computeFilterHash(filter), previous)) as FilterHeader
