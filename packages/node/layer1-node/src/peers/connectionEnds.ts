import type { ConnectionKind, Permission } from '@ply/p2p'

/** Where a connection comes from and how it came about. */
export interface ConnectionEnds {
  readonly kind: ConnectionKind
  /** `host:port`. */
  readonly remote: string
  readonly local: string
}

/** What the operator allows a peer beyond others. */
export type PermissionsOf = (ends: ConnectionEnds) => ReadonlySet<Permission>
