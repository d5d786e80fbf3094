/** A rule of BOLT 7 that a gossip message breaks. What it costs the sender is decided elsewhere. */
export type GossipViolationCode =
  /** Not our chain: ignore. */
  | 'unknown-chain'
  /** `node_id_1` must be the lesser key. */
  | 'node-ids-not-ascending'
  | 'invalid-signature'
  /** An update, or a node, of no announced channel: ignore. */
  | 'unknown-channel'
  | 'unknown-node'
  | 'duplicate-channel'
  /** The same place in the chain was announced for other nodes. */
  | 'conflicting-announcement'
  /** Not newer than what we have: ignore. */
  | 'stale-timestamp'
  | 'timestamp-zero'
  | 'timestamp-in-future'
  | 'must-be-one-missing'
  | 'htlc-maximum-under-minimum'
  | 'htlc-maximum-over-capacity'
  | 'funding-mismatch'
  | 'funding-not-deep'
  | 'funding-spent'

export interface GossipViolation {
  readonly code: GossipViolationCode
  readonly detail: string
}

export const gossipViolation = (code: GossipViolationCode, detail: string): GossipViolation => ({ code, detail })
