import type { BlockFailure } from '@ply/consensus'

/**
 * What a violation costs. `ignore`: nothing. `disconnect`: the connection ends. `discourage`: it ends and the host
 * is not welcome for a while; peers that the operator chose (`manual`, `noban`) are spared this one.
 */
type Cost = 'ignore' | 'disconnect' | 'discourage'

/** The one table from a broken rule of the peer protocol to its cost. */
export const MISBEHAVIOR = {
  // transport
  'wrong-magic': 'disconnect',
  'oversized-payload': 'disconnect',
  'other-network': 'disconnect',
  'missing-garbage-terminator': 'disconnect',
  'undecryptable-packet': 'disconnect',
  'wrong-checksum': 'ignore',
  'invalid-command': 'ignore',
  'inbox-overflow': 'disconnect',
  // handshake
  'obsolete-version': 'disconnect',
  'missing-services': 'disconnect',
  'self-connection': 'disconnect',
  'negotiation-after-verack': 'disconnect',
  'invalid-feature': 'disconnect',
  'invalid-reconciliation': 'disconnect',
  'invalid-sendcmpct': 'discourage',
  'handshake-timeout': 'disconnect',
  // liveness
  'ping-timeout': 'disconnect',
  'inactivity-timeout': 'disconnect',
  'fetch-timeout': 'disconnect',
  'headers-timeout': 'disconnect',
  'old-chain': 'disconnect',
  'block-timeout': 'disconnect',
  'block-stalling': 'disconnect',
  // sizes
  'too-many-headers': 'discourage',
  'too-many-inventory': 'discourage',
  'too-many-addresses': 'discourage',
  'too-long-locator': 'disconnect',
  // chain
  'non-continuous-headers': 'discourage',
  'invalid-proof-of-work': 'discourage',
  'invalid-headers': 'discourage',
  'invalid-block': 'discourage',
  'mutated-block': 'discourage',
  'invalid-compact-block': 'discourage',
  'invalid-block-transactions': 'discourage',
  'repeated-block-transactions': 'discourage',
  'invalid-block-transactions-request': 'discourage',
  'old-block-request': 'disconnect',
  'unreadable-block': 'disconnect',
  'upload-target-reached': 'disconnect',
  'invalid-filter-request': 'disconnect',
  'known-invalid': 'discourage',
  // transactions
  'unwanted-transaction': 'disconnect',
  'unwanted-mempool-request': 'disconnect',
  'unwanted-bloom-filter': 'disconnect',
  'oversized-bloom-filter': 'discourage',
  'invalid-filteradd': 'discourage',
} as const satisfies Record<string, Cost>

export type Misbehavior = keyof typeof MISBEHAVIOR

/** What a rejected header or block says about its sender; undefined for one who may be honest. */
export function chainViolation(
  failure: BlockFailure,
  what: 'invalid-headers' | 'invalid-block',
  { inbound, compact }: { readonly inbound: boolean; readonly compact: boolean },
): Misbehavior | undefined {
  switch (failure) {
    case 'consensus':
    case 'mutated':
      // BIP 152: a compact block may be sent on before more than its header was checked.
      return compact ? undefined : what
    case 'invalid-header':
    case 'invalid-prev':
    case 'missing-prev':
      return what
    case 'cached-invalid':
      // An inbound peer may follow an invalid chain in good faith; those that we chose to follow must not.
      return inbound || compact ? undefined : 'known-invalid'
    case 'time-future':
    case 'header-low-work':
      // Clocks differ, and work may be yet to come.
      return undefined
  }
}
