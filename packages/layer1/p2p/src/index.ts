export { PeerManager, type PeerManagerFields } from './peerManager.ts'
export { DEFAULT_OPTIONS, type PeerManagerOptions } from './options.ts'
export type {
  ChainVerdict,
  ConnectionKind,
  LogCategory,
  PeerEffect,
  PeerEvent,
  PeerId,
  Permission,
  TxVerdict,
} from './event.ts'
export type { ChainView, HeaderEntry, MempoolEntryView, MempoolView } from './views.ts'
export type { PeerInfo } from './peer/peer.ts'
export { MISBEHAVIOR, type Cost, type Misbehavior } from './peer/misbehavior.ts'
export {
  decodeMessage,
  encodeMessage,
  isKnownCommand,
  type Command,
  type Message,
  type MessageBodies,
} from './message/message.ts'
export type { InventoryItem } from './message/inventory.ts'
export type { LocatorRequest } from './message/locator.ts'
export {
  NETWORK_CJDNS,
  NETWORK_I2P,
  NETWORK_IPV4,
  NETWORK_IPV6,
  NETWORK_TORV3,
  type Endpoint,
  type NetAddress,
} from './message/netAddress.ts'
export type { Version } from './message/version.ts'
export { encodeV1, V1_HEADER_LENGTH, V1Parser } from './transport/v1.ts'
export { V2Transport, type V2Fields } from './transport/v2.ts'
export type { Transport, TransportEvent, TransportOutput, TransportProtocol } from './transport/transport.ts'
export * from './protocol.ts'
