import { NODE_COMPACT_FILTERS, NODE_NETWORK, NODE_NETWORK_LIMITED, NODE_P2P_V2, NODE_WITNESS } from '@ply/p2p'

export interface ServiceOptions {
  /** Old blocks are deleted. */
  readonly pruned: boolean
  /** The encrypted transport is spoken (BIP 324). */
  readonly encrypted: boolean
  /** Block filters are served (BIP 157). */
  readonly filters: boolean
}

/** What peers are told that we do for them. Who has all blocks has the last ones, too. */
export function localServices({ pruned, encrypted, filters }: ServiceOptions): bigint {
  const blocks = pruned ? NODE_NETWORK_LIMITED : NODE_NETWORK | NODE_NETWORK_LIMITED
  return blocks | NODE_WITNESS | (encrypted ? NODE_P2P_V2 : 0n) | (filters ? NODE_COMPACT_FILTERS : 0n)
}
