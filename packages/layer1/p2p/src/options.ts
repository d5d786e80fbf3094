import type { NetAddress } from './message/netAddress.ts'
import { NODE_NETWORK, NODE_NETWORK_LIMITED, NODE_WITNESS } from './protocol.ts'

/** Durations are milliseconds. */
export interface PeerManagerOptions {
  /** First four bytes of every message. */
  readonly magic: Uint8Array
  readonly userAgent: string
  readonly services: bigint
  /** Seconds between two blocks: the yardstick of download timeouts. */
  readonly targetSpacing: number
  /** False: no transactions are asked for, and a peer that sends some is disconnected. */
  readonly relayTransactions: boolean
  /** Transactions kept of those that are not in the pool, to put compact blocks together (BIP 152). */
  readonly extraTransactions: number
  /** Mean delay of transaction announcements; 0 announces at once. */
  readonly inboundTrickle: number
  readonly outboundTrickle: number
  /** Chains with less work than this are neither downloaded nor served. */
  readonly minimumChainWork: bigint
  /** Addresses to offer to those who ask; called at most once per inbound connection. */
  readonly addresses: () => readonly NetAddress[]
}

export const DEFAULT_OPTIONS: Omit<PeerManagerOptions, 'magic'> = {
  userAgent: '/Ply:0.1.0/',
  services: NODE_NETWORK | NODE_NETWORK_LIMITED | NODE_WITNESS,
  targetSpacing: 600,
  relayTransactions: true,
  extraTransactions: 100,
  inboundTrickle: 5000,
  outboundTrickle: 2000,
  minimumChainWork: 0n,
  addresses: () => [],
}
