import { decodeHex, utf8ToBytes } from '@ply/bytes'
import { NODE_P2P_V2 } from '@ply/p2p'
import {
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
  UsageError,
} from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import type { NamedPeer } from '../peers/dialer.ts'

const group = 'Network'
const MAX_COMMAND_LENGTH = 12

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
  const name = args.string('node')
  const command = args.string('command')
  const { dialer } = node.peers
  if (!['add', 'remove', 'onetry'].includes(command)) throw new UsageError()
  const transport = readTransport(node, args)
  if (command === 'onetry') {
    const address = dialer.addressOf(name)
    // As in Bitcoin Core, who calls learns from the log alone that nobody answered.
    await node.peers.connect(address, { transport }).catch((error: unknown) => {
      node.logger.child('net').log('debug', `cannot connect to ${address}`, { error })
    })
  } else if (command === 'add') {
    if (!dialer.add({ name, transport })) {
      throw new RpcError(RPC_ERROR.clientNodeAlreadyAdded, 'Error: Node already added')
    }
  } else if (!dialer.remove(name)) {
    const message = 'Error: Node could not be removed. It has not been added previously.'
    throw new RpcError(RPC_ERROR.clientNodeNotAdded, message)
  }
  return null
}

function disconnectNode(node: Layer1Node, args: RpcArguments): JsonOutput {
  const address = args.string('address', '')
  const id = args.has('nodeid') ? Number(args.int64('nodeid')) : undefined
  if (id === undefined ? !args.has('address') : address !== '') {
    throw new RpcError(RPC_ERROR.invalidParams, 'Only one of address and nodeid should be provided.')
  }
  const which = id !== undefined ? { id } : { address: node.peers.dialer.addressOf(address) }
  if (!node.peers.disconnect(which)) {
    throw new RpcError(RPC_ERROR.clientNodeNotConnected, 'Node not found in connected nodes')
  }
  return null
}

function addedNodeJson(node: Layer1Node, { name }: NamedPeer): JsonOutput {
  const address = node.peers.dialer.addressOf(name)
  const peer = node.peers.peers().find((candidate) => candidate.address === address)
  const connected = peer?.kind === 'inbound' ? 'inbound' : 'outbound'
  return { addednode: name, connected: peer !== undefined, addresses: peer ? [{ address, connected }] : [] }
}

function addedNodeInfo(node: Layer1Node, args: RpcArguments): JsonOutput {
  const all = node.peers.dialer.named()
  if (!args.has('node')) return all.map((peer) => addedNodeJson(node, peer))
  const name = args.string('node')
  const found = all.filter((peer) => peer.name === name)
  if (found.length === 0) throw new RpcError(RPC_ERROR.clientNodeNotAdded, 'Error: Node has not been added.')
  return found.map((peer) => addedNodeJson(node, peer))
}

function sendMessage(node: Layer1Node, args: RpcArguments): JsonOutput {
  const peer = Number(args.int64('peer_id'))
  const command = args.string('msg_type')
  if (utf8ToBytes(command).length > MAX_COMMAND_LENGTH) {
    const message = `Error: msg_type too long, max length is ${MAX_COMMAND_LENGTH}`
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  // Bytes may stand apart.
  const payload = decodeHex(args.string('msg').replaceAll(/([0-9a-f]{2})?[ \f\n\r\t\v]*/gi, '$1'))
  if (!payload.ok) throw new RpcError(RPC_ERROR.invalidParameter, 'Error parsing input for msg')
  if (!node.peers.sendRaw(peer, command, payload.value)) {
    throw new RpcError(RPC_ERROR.misc, 'Error: Could not send message to peer')
  }
  return {}
}

function netTotals(node: Layer1Node): JsonOutput {
  const { received, sent } = node.peers.totals()
  const { target, reached, servesHistory, bytesLeft, timeLeft } = node.peers.upload
  return {
    totalbytesrecv: received,
    totalbytessent: sent,
    timemillis: Date.now(),
    uploadtarget: {
      timeframe: 86_400,
      target,
      target_reached: reached,
      serve_historical_blocks: servesHistory,
      bytes_left_in_cycle: bytesLeft,
      time_left_in_cycle: Math.floor(timeLeft / 1000),
    },
  }
}

/** Whom the node is connected to, by the operator's hand. */
export function connectionMethods(node: Layer1Node): RpcMethod[] {
  return [
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
      params: [optional('node', 'string', 'Only this one.')],
      handler: (args) => addedNodeInfo(node, args),
    },
    {
      name: 'setnetworkactive',
      group,
      help: 'Ends all connections and makes none, or goes on.',
      params: [param('state', 'bool', 'True to talk to peers.')],
      handler: (args) => {
        node.peers.setActive(args.boolean('state'))
        return node.peers.active
      },
    },
    {
      name: 'ping',
      group,
      help: 'Pings all peers; how long their answers take shows in getpeerinfo.',
      params: [],
      handler: () => {
        node.peers.ping()
        return null
      },
    },
    {
      name: 'getnettotals',
      group,
      help: 'Bytes that went over all connections since the start.',
      params: [],
      handler: () => netTotals(node),
    },
    {
      name: 'sendmsgtopeer',
      group: 'Hidden',
      help: 'Sends a peer whatever it is. For tests only.',
      params: [
        param('peer_id', 'number', 'Number of the connection.'),
        param('msg_type', 'string', 'What the message says that it is.'),
        param('msg', 'string', 'Its payload, in hex.'),
      ],
      handler: (args) => sendMessage(node, args),
    },
  ]
}
