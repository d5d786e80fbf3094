import { bytesToHex } from '@ply/bytes'
import type { PeerInfo } from '@ply/p2p'
import {
  connectionTypeName,
  formatHost,
  formatService,
  type Host,
  isValidHost,
  NETWORK_NAMES,
  parseService,
  toCjdns,
  NODE_BLOOM,
  NODE_COMPACT_FILTERS,
  NODE_NETWORK,
  NODE_NETWORK_LIMITED,
  NODE_P2P_V2,
  NODE_WITNESS,
  PROTOCOL_VERSION,
} from '@ply/p2p'
import { btcAmount, type JsonOutput, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { networkOf } from './addresses.ts'

const group = 'Network'
/** The version of Bitcoin Core whose answers these are, for clients that look. */
export const CLIENT_VERSION = 310000

const SERVICE_NAMES: readonly (readonly [bigint, string])[] = [
  [NODE_NETWORK, 'NETWORK'],
  [NODE_BLOOM, 'BLOOM'],
  [NODE_WITNESS, 'WITNESS'],
  [NODE_NETWORK_LIMITED, 'NETWORK_LIMITED'],
  [NODE_COMPACT_FILTERS, 'COMPACT_FILTERS'],
  [NODE_P2P_V2, 'P2P_V2'],
]

/** Names of all bits that are set, the unknown ones by their number. */
function serviceNames(services: bigint): string[] {
  const names = new Map(SERVICE_NAMES)
  const set = Array.from({ length: 64 }, (_, i) => i).filter((i) => ((services >> BigInt(i)) & 1n) === 1n)
  return set.map((i) => names.get(1n << BigInt(i)) ?? `UNKNOWN[2^${i}]`)
}
const servicesHex = (services: bigint): string => services.toString(16).padStart(16, '0')
const NETWORK_LIST = NETWORK_NAMES.map(([name]) => name).join(', ')
const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** Where the peer is, as far as its address says; this machine's own view of CJDNS counts. */
function peerHost({ peers: { settings } }: Layer1Node, address: string): Host | undefined {
  const host = parseService(address, 0)
  return host && settings.cjdns ? toCjdns(host) : host
}

function peerJson(node: Layer1Node, peer: PeerInfo & { readonly localAddress: string }): JsonOutput {
  const now = node.clock.now()
  const host = peerHost(node, peer.address)
  const pingWait = peer.pingSince === undefined ? 0 : now - peer.pingSince
  return {
    id: peer.id,
    addr: peer.address,
    addrbind: peer.localAddress,
    addrlocal: peer.seenAs && isValidHost(peer.seenAs) ? formatService(peer.seenAs) : undefined,
    network: peer.onion ? 'onion' : host ? networkOf(host) : 'not_publicly_routable',
    mapped_as: (host && node.peers.book.groups.asnOf(host)) || undefined,
    services: servicesHex(peer.services),
    servicesnames: serviceNames(peer.services),
    relaytxes: peer.relaysTransactions,
    last_inv_sequence: peer.version === 0 ? 0 : peer.lastTrickleSequence,
    inv_to_send: peer.waitingAnnouncements,
    lastsend: seconds(peer.lastSentAt),
    lastrecv: seconds(peer.lastReceivedAt),
    last_transaction: seconds(peer.lastTransactionAt),
    last_block: seconds(peer.lastBlockAt),
    bytessent: peer.totalSent,
    bytesrecv: peer.totalReceived,
    conntime: seconds(peer.connectedAt),
    timeoffset: seconds(peer.timeOffset),
    pingtime: peer.pingTime === undefined ? undefined : peer.pingTime / 1000,
    minping: peer.minPingTime === undefined ? undefined : peer.minPingTime / 1000,
    pingwait: pingWait > 0 ? pingWait / 1000 : undefined,
    version: peer.version,
    subver: peer.userAgent,
    inbound: peer.kind === 'inbound',
    bip152_hb_to: peer.compactTo,
    bip152_hb_from: peer.compactFrom,
    presynced_headers: peer.presyncedHeaders,
    synced_headers: peer.syncedHeaders,
    synced_blocks: peer.syncedBlocks,
    inflight: [...peer.blocksInFlight],
    addr_relay_enabled: peer.addressRelay.enabled,
    addr_processed: peer.addressRelay.processed,
    addr_rate_limited: peer.addressRelay.rateLimited,
    permissions: [...peer.permissions],
    minfeefilter: btcAmount(peer.feeFilter),
    bytessent_per_msg: { ...peer.bytesSent },
    bytesrecv_per_msg: { ...peer.bytesReceived },
    connection_type: connectionTypeName(peer.kind),
    transport_protocol_type: peer.transport,
    session_id: peer.sessionId ? bytesToHex(peer.sessionId) : '',
  }
}

function networkInfo(node: Layer1Node): JsonOutput {
  const peers = node.peers.peers()
  const inbound = peers.filter(({ kind }) => kind === 'inbound').length
  const { services, reachability, localAddresses } = node.peers
  return {
    version: CLIENT_VERSION,
    subversion: node.userAgent,
    protocolversion: PROTOCOL_VERSION,
    localservices: servicesHex(services),
    localservicesnames: serviceNames(services),
    localrelay: node.peers.relaysTransactions,
    timeoffset: 0,
    networkactive: node.peers.active,
    connections: peers.length,
    connections_in: inbound,
    connections_out: peers.length - inbound,
    networks: NETWORK_NAMES.map(([name]) => ({
      name,
      limited: !reachability.includes(name),
      reachable: reachability.includes(name),
      proxy: reachability.proxy(name)?.address ?? '',
      proxy_randomize_credentials: reachability.proxy(name)?.randomize ?? false,
    })),
    relayfee: btcAmount(node.mempool.mempool.options.minRelayFeeRate),
    incrementalfee: btcAmount(node.mempool.mempool.options.incrementalFeeRate),
    localaddresses: localAddresses.list().map(({ service, score }) => ({
      address: formatHost(service),
      port: service.port,
      score,
    })),
    warnings: node.warnings.texts,
  }
}

export function networkMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getnetworkinfo',
      group,
      help: `State of the connections to the network, and of the networks that there are (${NETWORK_LIST}).`,
      params: [],
      handler: () => networkInfo(node),
    },
    {
      name: 'getpeerinfo',
      group,
      help: `All connections. Each is in one of the networks (${NETWORK_LIST}, not_publicly_routable).`,
      params: [],
      handler: () => node.peers.peers().map((peer) => peerJson(node, peer)),
    },
    {
      name: 'getconnectioncount',
      group,
      help: 'How many connections there are.',
      params: [],
      handler: () => node.peers.peers().length,
    },
  ]
}
