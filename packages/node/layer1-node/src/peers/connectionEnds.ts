import type { I2pRouter } from '@ply/net'
import type { ConnectionKind, Permission } from '@ply/p2p'

/** Where peers are accepted: `host:port`; port 0 takes a free one. */
export interface ListenAddress {
  readonly address: string
  /** An onion service leads there: whoever comes is in Tor. */
  readonly onion?: boolean
  /** Meant for peers with privileges: others are not told. */
  readonly unannounced?: boolean
  /** Not all machines can. */
  readonly optional?: boolean
}

/** A router of I2P that lets peers come to us. */
export type I2pService = Pick<I2pRouter, 'serve' | 'close'>

/** Where a connection comes from and how it came about. */
export interface ConnectionEnds {
  readonly kind: ConnectionKind
  /** `host:port`. */
  readonly remote: string
  readonly local: string
}

/** What the operator allows a peer beyond others. */
export type PermissionsOf = (ends: ConnectionEnds) => ReadonlySet<Permission>
