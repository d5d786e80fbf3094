import { type ConnectionKind, MAX_BLOCK_RELAY_ONLY, MAX_FULL_RELAY, NODE_P2P_V2 } from '@ply/p2p'
import { type JsonOutput, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { maxAutomatic } from '../peers/connectionSettings.ts'

const KINDS: Readonly<Record<string, ConnectionKind>> = {
  'outbound-full-relay': 'outbound',
  'block-relay-only': 'block-relay-only',
  'addr-fetch': 'addr-fetch',
  feeler: 'feeler',
}

/** Connections that do not count among those that the node makes to take part. */
const OWN_LIMIT: ReadonlySet<ConnectionKind> = new Set(['inbound', 'manual', 'private-broadcast'])

/** True if there are as many connections of the kind, or of all that the node makes, as there may be. */
function isFull(node: Layer1Node, kind: ConnectionKind): boolean {
  const { settings } = node.peers
  const made = node.peers.peers().filter((peer) => !OWN_LIMIT.has(peer.kind))
  const most = kind === 'outbound' ? MAX_FULL_RELAY : kind === 'block-relay-only' ? MAX_BLOCK_RELAY_ONLY : Infinity
  return made.length >= maxAutomatic(settings) || made.filter((peer) => peer.kind === kind).length >= most
}

async function addConnection(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  if (node.network.name !== 'regtest') {
    throw new RpcError(RPC_ERROR.misc, 'addconnection is for regression testing (-regtest mode) only.')
  }
  const address = args.string('address')
  const type = args.string('connection_type').trim()
  const kind = KINDS[type]
  if (!kind) throw new RpcError(RPC_ERROR.invalidParameter, `unknown connection type: ${type}`)
  const encrypted = args.boolean('v2transport')
  if (encrypted && (node.peers.services & NODE_P2P_V2) === 0n) {
    const message = 'Error: Adding v2transport connections requires -v2transport init flag to be set.'
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  if (isFull(node, kind)) {
    const message = 'Error: Already at capacity for specified connection type.'
    throw new RpcError(RPC_ERROR.clientNodeCapacityReached, message)
  }
  // That it failed shows in the log.
  await node.peers.connect(address, { kind, transport: encrypted ? 'v2' : 'v1' }).catch((error: unknown) => {
    node.logger.child('net').log('debug', `cannot connect to ${address}`, { error })
  })
  return { address, connection_type: type }
}

export function addConnectionMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'addconnection',
      group: 'Hidden',
      help: 'Opens a connection of a certain kind. For tests only.',
      params: [
        param('address', 'string', 'host:port'),
        param('connection_type', 'string', 'outbound-full-relay, block-relay-only, addr-fetch or feeler.'),
        param('v2transport', 'bool', 'Whether to encrypt (BIP 324).'),
      ],
      handler: (args) => addConnection(node, args),
    },
  ]
}
