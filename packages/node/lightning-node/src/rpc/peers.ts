import { decodeHex } from '@ply/bytes'
import { isPublicKey } from '@ply/crypto'
import { optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { LightningNode } from '../lightningNode.ts'
import { answerOf } from './errors.ts'

const DEFAULT_PORT = 9735

/** A node id: 66 hexadecimal digits of a public key. */
export function peerArgument(args: RpcArguments, name: string): string {
  const id = args.string(name).trim().toLowerCase()
  const bytes = decodeHex(id)
  if (!bytes.ok || bytes.value.length !== 33 || !isPublicKey(bytes.value)) {
    throw new RpcError(RPC_ERROR.invalidParams, `${name}: should be a node id (66 hexadecimal digits)`)
  }
  return id
}

function parseDestination(args: RpcArguments): { readonly id: string; readonly address: string } {
  const [id = '', rest] = args.string('id').split('@')
  const host = rest ?? (args.has('host') ? args.string('host') : undefined)
  if (host === undefined) throw new RpcError(RPC_ERROR.invalidParams, 'id: should be id@host:port')
  const port = args.integerWithin('port', [1, 65535])
  const hasPort = /^\[.*\]:\d+$|^[^:]+:\d+$/.test(host)
  return { id, address: hasPort ? host : `${host}:${port}` }
}

export function peerMethods(node: LightningNode): RpcMethod[] {
  const listPeers = (): { readonly id: string; readonly [field: string]: string | number | boolean | string[] }[] =>
    node.machine.peers().map((peer) => ({
      id: peer.id,
      connected: peer.connected,
      num_channels: peer.channels.length,
      netaddr: peer.address === undefined ? [] : [peer.address],
    }))
  return [
    {
      name: 'connect',
      group: 'Peers',
      help: 'Connects to a node and stays connected.',
      params: [
        param('id', 'string', 'id, or id@host:port.'),
        optional('host', 'string', 'Host, if not in id.'),
        optional('port', 'number', 'Port.', { default: DEFAULT_PORT }),
      ],
      handler: async (args) => {
        const { id, address } = parseDestination(args)
        const known = decodeHex(id)
        if (!known.ok || known.value.length !== 33 || !isPublicKey(known.value)) {
          throw new RpcError(RPC_ERROR.invalidParams, 'id: should be a node id (66 hexadecimal digits)')
        }
        const peer = id.toLowerCase()
        answerOf(await node.command({ type: 'connect', peer, address }), 'connect')
        return { id: peer, direction: 'out', address }
      },
    },
    {
      name: 'disconnect',
      group: 'Peers',
      help: 'Closes the connection to a node.',
      params: [
        param('id', 'string', 'Node id.'),
        optional('force', 'bool', 'Also with channels: the node will connect again.', { default: false }),
      ],
      handler: async (args) => {
        const peer = peerArgument(args, 'id')
        const force = args.boolean('force')
        answerOf(await node.command({ type: 'disconnect', peer, force }), 'disconnect')
        return {}
      },
    },
    {
      name: 'listpeers',
      group: 'Peers',
      help: 'The nodes that this one knows as peers.',
      params: [optional('id', 'string', 'Only this one.')],
      handler: (args) => {
        const only = args.has('id') ? peerArgument(args, 'id') : undefined
        return { peers: listPeers().filter((peer) => only === undefined || peer.id === only) }
      },
    },
  ]
}
