import type { AddressManager } from './address/addrman/addrman.ts'
import type { Host } from './address/host.ts'
import type { LocalAddresses } from './address/localAddresses.ts'
import type { PrivateBroadcast } from './relay/private/privateBroadcast.ts'
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
  /** Offer peers to reconcile transactions (BIP 330). */
  readonly reconcileTransactions: boolean
  /** Peers' addresses stand in the log. */
  readonly logAddresses: boolean
  /** Whole messages are told of as they are worked off: `message-received`. */
  readonly captureMessages: boolean
  /** Transactions kept of those that are not in the pool, to put compact blocks together (BIP 152). */
  readonly extraTransactions: number
  /** Mean delay of transaction announcements; 0 announces at once. */
  readonly inboundTrickle: number
  readonly outboundTrickle: number
  /** Chains with less work than this are neither downloaded nor served. */
  readonly minimumChainWork: bigint
  /** Bytes that a day's sending should not exceed; 0 for any number. */
  readonly uploadTarget: number
  /** Bytes that may wait for a peer before it is served nothing more, and of a peer's messages before we stop reading. */
  readonly sendBuffer: number
  readonly receiveBuffer: number
  /** Age from which a connection must have shown signs of life. */
  readonly peerTimeout: number
  /** What is known of other nodes; changed as peers tell more. */
  readonly book: AddressManager | undefined
  /** Own transactions that go out over connections of their own; changed as that succeeds. */
  readonly privateBroadcast: PrivateBroadcast | undefined
  /** Where others can reach us; told to peers. Changed as services come and go. */
  readonly localAddresses: LocalAddresses | undefined
  /** Peers are accepted, so that they are told where; on this port where nothing else is known. */
  readonly listens: boolean
  readonly listenPort: number
  /** True for a network that we can connect to. */
  readonly isReachable: (network: number) => boolean
  /** True for a host that is banned or broke a rule: its address is not told on. */
  readonly isUnwanted: (host: Host) => boolean
}

export const DEFAULT_OPTIONS: Omit<PeerManagerOptions, 'magic'> = {
  userAgent: '/Ply:0.1.0/',
  services: NODE_NETWORK | NODE_NETWORK_LIMITED | NODE_WITNESS,
  targetSpacing: 600,
  relayTransactions: true,
  reconcileTransactions: false,
  logAddresses: false,
  captureMessages: false,
  extraTransactions: 100,
  inboundTrickle: 5000,
  outboundTrickle: 2000,
  minimumChainWork: 0n,
  uploadTarget: 0,
  sendBuffer: 1_000_000,
  receiveBuffer: 5_000_000,
  peerTimeout: 60_000,
  book: undefined,
  privateBroadcast: undefined,
  localAddresses: undefined,
  listens: false,
  listenPort: 0,
  isReachable: () => true,
  isUnwanted: () => false,
}
