import type { Block } from '@ply/primitives'
import { searchNonce } from './searchNonce.ts'

/** As many tries as `generatetoaddress` makes unless told otherwise. */
export const DEFAULT_MAX_TRIES = 1_000_000

/**
 * Counts the nonce of a block template up from where it stands until the block has its proof of work. Undefined after
 * `maxTries` hashes, or when no nonce is left. On regtest every second hash does.
 */
export function mineBlock(template: Block, maxTries = DEFAULT_MAX_TRIES): Block | undefined {
  const search = searchNonce(template.header, maxTries)
  return search.found ? { ...template, header: search.header } : undefined
}
