export { type MachineStats, PeerManager, type PeerManagerFields } from './peerManager.ts'
export { DEFAULT_OPTIONS, type PeerManagerOptions } from './options.ts'
export type {
  ChainVerdict,
  ConnectionKind,
  LogCategory,
  PackageVerdict,
  PeerEffect,
  PeerEvent,
  PeerId,
  Permission,
  TxVerdict,
} from './event.ts'
export {
  PRIVATE_CONNECTIONS_PER_TX,
  PrivateBroadcast,
  type PrivateSending,
  type PrivateTransaction,
} from './relay/private/privateBroadcast.ts'
export type { FilterData } from './relay/blockFilters.ts'
export type { ChainView, HeaderEntry, MempoolEntryView, MempoolView, UncheckedHistory } from './views.ts'
export type { PeerInfo } from './peer/peer.ts'
export { connectionTypeName } from './peer/connectionType.ts'
export type { UploadState } from './peer/uploadTarget.ts'
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
export { encodeV1, V1Parser } from './transport/v1.ts'
export { V2Transport, type V2Fields } from './transport/v2.ts'
export type { Transport, TransportEvent, TransportOutput, TransportProtocol } from './transport/transport.ts'
export { AddressManager } from './address/addrman/addrman.ts'
export { AddressTables } from './address/addrman/tables.ts'
export type { AddressEntry } from './address/addrman/entry.ts'
export { decodePeersFile, encodePeersFile, type PeersFileError } from './address/addrman/peersFile.ts'
export { decodeSeedList } from './address/seedList.ts'
export { randomFraction } from './address/addrman/randomChoice.ts'
export { decodeAnchors, encodeAnchors } from './address/anchorsFile.ts'
export { type Ban, BanList, DEFAULT_BAN_TIME } from './address/banList.ts'
export {
  type Host,
  hostFromIp,
  hostKey,
  type NetworkName,
  NETWORK_NAMES,
  networkName,
  type Service,
  serviceKey,
} from './address/host.ts'
export { LOCAL_SCORE, type LocalAddress, LocalAddresses } from './address/localAddresses.ts'
export { NetGroups, netClass } from './address/netGroup.ts'
export { type AsmapViolation, checkAsmap } from './address/asmap/checkAsmap.ts'
export { internalHost, isInternal } from './address/internal.ts'
export { isLocalHost, isRoutable, isValidHost } from './address/routable.ts'
export { formatSubnet, hostSubnet, parseSubnet, type Subnet, subnetIncludes } from './address/subnet.ts'
export { formatHost, formatService, parseHost, parseService, toCjdns } from './address/text.ts'
export {
  type Attempt,
  MAX_BLOCK_RELAY_ONLY,
  MAX_FULL_RELAY,
  OutboundPlanner,
  type PlannerFields,
} from './connect/outboundPlanner.ts'
export { type EvictionCandidate, selectEviction } from './peer/eviction.ts'
export * from './protocol.ts'
