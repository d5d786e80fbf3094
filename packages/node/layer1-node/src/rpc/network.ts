import { bytesToHex } from '@ply/bytes'
import type { PeerInfo } from '@ply/p2p'
import { NODE_BLOOM, NODE_NETWORK, NODE_NETWORK_LIMITED, NODE_P2P_V2, NODE_WITNESS, PROTOCOL_VERSION } from '@ply/p2p'
import { parseHostAndPort } from '@ply/net'
import { formatHostAndPort } from '@ply/net'
import {
  btcAmount,
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'

const group = 'Network'
/** The version of Bitcoin Core whose answers these are, for clients that look. */
const CLIENT_VERSION = 310000

const SERVICE_NAMES: readonly (readonly [bigint, string])[] = [
  [NODE_NETWORK, 'NETWORK'],
  [NODE_BLOOM, 'BLOOM'],
  [NODE_WITNESS, 'WITNESS'],
  [NODE_NETWORK_LIMITED, 'NETWORK_LIMITED'],
  [NODE_P2P_V2, 'P2P_V2'],
]

const serviceNames = (services: bigint): string[] =>
  SERVICE_NAMES.filter(([bit]) => (services & bit) !== 0n).map(([, name]) => name)
const servicesHex = (services: bigint): string => services.toString(16).padStart(16, '0')
const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

const CONNECTION_TYPES: Readonly<Record<PeerInfo['kind'], string>> = {
  inbound: 'inbound',
  outbound: 'outbound-full-relay',
  'block-relay-only': 'block-relay-only',
  manual: 'manual',
  feeler: 'feeler',
  'addr-fetch': 'addr-fetch',
}

function peerJson(peer: PeerInfo & { readonly localAddress: string }): JsonOutput {
  return {
    id: peer.id,
    addr: peer.address,
    addrbind: peer.localAddress,
    network: 'not_publicly_routable',
    services: servicesHex(peer.services),
    servicesnames: serviceNames(peer.services),
    relaytxes: peer.relaysTransactions,
    last_inv_sequence: peer.lastTrickleSequence,
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
    connection_type: CONNECTION_TYPES[peer.kind],
    transport_protocol_type: peer.transport,
    session_id: peer.sessionId ? bytesToHex(peer.sessionId) : '',
  }
}

/** `host:port` of an argument, with the network's port where none is given. */
function readPeerAddress(node: Layer1Node, text: string): string {
  const parsed = parseHostAndPort(text, node.network.defaultPort)
  if (!parsed.ok) throw new RpcError(RPC_ERROR.clientInvalidIpOrSubnet, `Error: ${parsed.error}`)
  return formatHostAndPort(parsed.value)
}

/** Whether to offer the encrypted transport: as asked for, else as the node does. */
function readTransport(node: Layer1Node, args: RpcArguments): 'v1' | 'v2' {
  const supported = (node.peers.services & NODE_P2P_V2) !== 0n
  const wanted = args.boolean('v2transport', supported)
  if (wanted && !supported) {
    const message = 'Error: v2transport requested but not enabled (see -v2transport)'
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  return wanted ? 'v2' : 'v1'
}

async function addNode(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const address = readPeerAddress(node, args.string('node'))
  const command = args.string('command')
  const transport = readTransport(node, args)
  if (command === 'onetry') {
    // As in Bitcoin Core, nobody waits for the connection; that it failed shows in the log.
    await node.peers.connect(address, { transport }).catch((error: unknown) => {
      node.logger.child('net').log('debug', `cannot connect to ${address}`, { error })
    })
    return null
  }
  if (command === 'add') {
    if (node.peers.wanted.includes(address)) {
      throw new RpcError(RPC_ERROR.clientNodeAlreadyAdded, 'Error: Node already added')
    }
    node.peers.addNode(address)
    return null
  }
  if (command !== 'remove') throw new RpcError(RPC_ERROR.misc, 'command must be add, remove or onetry')
  if (!node.peers.removeNode(address)) {
    const message = 'Error: Node could not be removed. It has not been added previously.'
    throw new RpcError(RPC_ERROR.clientNodeNotAdded, message)
  }
  return null
}

function disconnectNode(node: Layer1Node, args: RpcArguments): JsonOutput {
  const address = args.string('address', '')
  if ((address !== '') === args.has('nodeid')) {
    throw new RpcError(RPC_ERROR.invalidParams, 'Only one of address and nodeid should be provided.')
  }
  const done = node.peers.disconnect(
    address === '' ? { id: args.integer('nodeid') } : { address: readPeerAddress(node, address) },
  )
  if (!done) throw new RpcError(RPC_ERROR.clientNodeNotConnected, 'Node not found in connected nodes')
  return null
}

function networkInfo(node: Layer1Node): JsonOutput {
  const peers = node.peers.peers()
  const inbound = peers.filter(({ kind }) => kind === 'inbound').length
  const { services } = node.peers
  return {
    version: CLIENT_VERSION,
    subversion: node.userAgent,
    protocolversion: PROTOCOL_VERSION,
    localservices: servicesHex(services),
    localservicesnames: serviceNames(services),
    localrelay: true,
    timeoffset: 0,
    networkactive: true,
    connections: peers.length,
    connections_in: inbound,
    connections_out: peers.length - inbound,
    networks: ['ipv4', 'ipv6'].map((name) => ({
      name,
      limited: false,
      reachable: true,
      proxy: '',
      proxy_randomize_credentials: false,
    })),
    relayfee: btcAmount(node.mempool.mempool.options.minRelayFeeRate),
    incrementalfee: btcAmount(node.mempool.mempool.options.incrementalFeeRate),
    localaddresses: [],
    warnings: node.warnings.texts,
  }
}

export function networkMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getnetworkinfo',
      group,
      help: 'State of the connections to the network.',
      params: [],
      handler: () => networkInfo(node),
    },
    {
      name: 'getpeerinfo',
      group,
      help: 'All connections.',
      params: [],
      handler: () => node.peers.peers().map(peerJson),
    },
    {
      name: 'getconnectioncount',
      group,
      help: 'How many connections there are.',
      params: [],
      handler: () => node.peers.peers().length,
    },
    {
      name: 'addnode',
      group,
      help: 'Connects to a peer: once (onetry), or now and whenever the connection is lost (add, remove).',
      params: [
        param('node', 'string', 'host:port'),
        param('command', 'string', 'add, remove or onetry.'),
        optional('v2transport', 'bool', 'Offer the encrypted transport, or do not (default: as the node does).'),
      ],
      handler: (args) => addNode(node, args),
    },
    {
      name: 'disconnectnode',
      group,
      help: 'Ends a connection.',
      params: [optional('address', 'string', 'host:port'), optional('nodeid', 'number', 'Number of the connection.')],
      handler: (args) => disconnectNode(node, args),
    },
    {
      name: 'getaddednodeinfo',
      group,
      help: 'Peers that we stay connected to.',
      params: [],
      handler: () => node.peers.wanted.map((addednode) => ({ addednode })),
    },
  ]
}
