import {
  type AddressEntry,
  type AddressManager,
  formatHost,
  type Host,
  isInternal,
  netClass,
  type NetGroups,
  NETWORK_NAMES,
  type NetworkName,
  NODE_NETWORK,
  NODE_WITNESS,
  parseHost,
  type Service,
  toCjdns,
} from '@ply/p2p'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'

const MAX_PORT = 65535
const seconds = (node: Layer1Node): number => Math.floor(node.clock.now() / 1000)

/** Bitcoin Core's name of the network that a host is in. */
export function networkOf(host: Host): NetworkName | 'internal' | 'not_publicly_routable' {
  if (isInternal(host)) return 'internal'
  const name = NETWORK_NAMES[netClass(host) - 1]?.[0]
  return name ?? 'not_publicly_routable'
}

function nodeAddresses(node: Layer1Node, args: RpcArguments): JsonOutput {
  const count = args.integer('count')
  if (count < 0) throw new RpcError(RPC_ERROR.invalidParameter, 'Address count out of range')
  const name = args.has('network') ? args.string('network') : undefined
  const network = NETWORK_NAMES.find(([known]) => known === name?.toLowerCase())?.[1]
  if (name !== undefined && network === undefined) {
    throw new RpcError(RPC_ERROR.invalidParameter, `Network not recognized: ${name}`)
  }
  const found = node.peers.book.addresses({ count, percent: 0, network }, seconds(node))
  return found
    .filter((address) => !node.peers.unwanted.includes(address))
    .map((address) => ({
      time: address.time,
      services: address.services,
      address: formatHost(address),
      port: address.port,
      network: networkOf(address),
    }))
}

function addPeerAddress(node: Layer1Node, args: RpcArguments): JsonOutput {
  const host = parseHost(args.string('address'))
  const port = args.integerWithin('port', [0, MAX_PORT])
  const tried = args.boolean('tried')
  if (!host) throw new RpcError(RPC_ERROR.clientInvalidIpOrSubnet, 'Invalid IP address')
  const plain: Service = { ...host, port }
  const service = node.peers.settings.cjdns ? toCjdns(plain) : plain
  const { book } = node.peers
  const now = seconds(node)
  // As if the peer had told of itself.
  if (!book.add([{ ...service, services: NODE_NETWORK | NODE_WITNESS, time: now }], service, { now })) {
    return { error: 'failed-adding-to-new', success: false }
  }
  if (tried && !book.good(service, now)) return { error: 'failed-adding-to-tried', success: false }
  return { success: true }
}

function counts(book: AddressManager, network?: number): JsonOutput {
  const only = network === undefined ? {} : { network }
  return {
    new: book.size({ ...only, table: 'new' }),
    tried: book.size({ ...only, table: 'tried' }),
    total: book.size(only),
  }
}

function addressManagerInfo({ peers: { book } }: Layer1Node): JsonOutput {
  const networks = NETWORK_NAMES.map(([name, network]) => [name, counts(book, network)] as const)
  return { ...Object.fromEntries(networks), all_networks: counts(book) }
}

function entryJson(entry: AddressEntry, groups: NetGroups): JsonOutput {
  return {
    address: formatHost(entry),
    mapped_as: groups.asnOf(entry) || undefined,
    port: entry.port,
    services: entry.services,
    time: entry.time,
    network: networkOf(entry),
    source: formatHost(entry.source),
    source_network: networkOf(entry.source),
    source_mapped_as: groups.asnOf(entry.source) || undefined,
  }
}

function rawTable({ peers: { book } }: Layer1Node, table: 'new' | 'tried'): JsonOutput {
  const placed = book.placed(table)
  return Object.fromEntries(
    placed.map(({ entry, place }) => [`${place.bucket}/${place.position}`, entryJson(entry, book.groups)] as const),
  )
}

/** What is known of other nodes. */
export function addressMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getnodeaddresses',
      group: 'Network',
      help: 'Known addresses of other nodes, in random order.',
      params: [
        optional('count', 'number', 'How many at most; 0 for all.', { default: 1 }),
        optional('network', 'string', `Only of this network: ${NETWORK_NAMES.map(([name]) => name).join(', ')}.`),
      ],
      handler: (args) => nodeAddresses(node, args),
    },
    {
      name: 'getaddrmaninfo',
      group: 'Network',
      help: 'How many addresses of other nodes are known: heard of (new), and reached once (tried).',
      params: [],
      handler: () => addressManagerInfo(node),
    },
    {
      name: 'exportasmap',
      group: 'Network',
      help: 'Writes the built-in map of autonomous systems into a file. There is none here: -asmap takes one from a file.',
      params: [param('path', 'string', 'The file, relative to the data directory.')],
      handler: () => {
        throw new RpcError(RPC_ERROR.misc, 'No embedded ASMap data available')
      },
    },
    {
      name: 'addpeeraddress',
      group: 'Hidden',
      help: 'Adds the address of a node. For tests only.',
      params: [
        param('address', 'string', 'The address.'),
        param('port', 'number', 'The port.'),
        optional('tried', 'bool', 'As if it had been reached.', { default: false }),
      ],
      handler: (args) => addPeerAddress(node, args),
    },
    {
      name: 'getrawaddrman',
      group: 'Hidden',
      help: 'All known addresses by their bucket and their place in it.',
      params: [],
      handler: () => ({ new: rawTable(node, 'new'), tried: rawTable(node, 'tried') }),
    },
  ]
}
