import {
  NODE_BLOOM,
  NODE_COMPACT_FILTERS,
  NODE_NETWORK,
  NODE_NETWORK_LIMITED,
  NODE_P2P_V2,
  NODE_WITNESS,
} from '@ply/p2p'

export interface ServiceOptions {
  /** Old blocks are deleted. */
  readonly pruned: boolean
  /** The encrypted transport is spoken (BIP 324). */
  readonly encrypted: boolean
  /** Block filters are served (BIP 157). */
  readonly filters: boolean
  /** Peers may set filters of what they want to hear of (BIP 37). */
  readonly bloom: boolean
}

/** What peers are told that we do for them. Who has all blocks has the last ones, too. */
export function localServices({ pruned, encrypted, filters, bloom }: ServiceOptions): bigint {
  const blocks = pruned ? NODE_NETWORK_LIMITED : NODE_NETWORK | NODE_NETWORK_LIMITED
  const offered: readonly (readonly [boolean, bigint])[] = [
    [encrypted, NODE_P2P_V2],
    [filters, NODE_COMPACT_FILTERS],
    [bloom, NODE_BLOOM],
  ]
  return offered.reduce((services, [offers, bit]) => (offers ? services | bit : services), blocks | NODE_WITNESS)
}
