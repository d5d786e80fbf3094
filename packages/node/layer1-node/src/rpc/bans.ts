import { formatSubnet, hostSubnet, isValidHost, parseHost, parseSubnet, type Subnet } from '@ply/p2p'
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

const group = 'Network'
const TIMES = [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const

function readSubnet(text: string): Subnet {
  const host = text.includes('/') ? undefined : parseHost(text)
  const subnet = text.includes('/') ? parseSubnet(text) : host && isValidHost(host) ? hostSubnet(host) : undefined
  if (!subnet) throw new RpcError(RPC_ERROR.clientInvalidIpOrSubnet, 'Error: Invalid IP/Subnet')
  return subnet
}

function add(node: Layer1Node, text: string, args: RpcArguments): void {
  const subnet = readSubnet(text)
  const { unwanted, settings } = node.peers
  if (unwanted.isBannedSubnet(subnet, !text.includes('/'))) {
    throw new RpcError(RPC_ERROR.clientNodeAlreadyAdded, 'Error: IP/Subnet already banned')
  }
  const now = Math.floor(node.clock.now() / 1000)
  const time = args.integerWithin('bantime', TIMES)
  const absolute = args.boolean('absolute')
  if (absolute && time < now) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Error: Absolute timestamp is in the past')
  }
  unwanted.ban(subnet, time > 0 && absolute ? time : now + (time > 0 ? time : settings.banTime))
  node.peers.disconnect({ subnet })
}

function setBan(node: Layer1Node, args: RpcArguments): JsonOutput {
  const text = args.string('subnet')
  const command = args.string('command')
  if (command !== 'add' && command !== 'remove') throw new UsageError()
  if (command === 'add') {
    add(node, text, args)
  } else {
    if (!node.peers.unwanted.unban(readSubnet(text))) {
      const message = 'Error: Unban failed. Requested address/subnet was not previously manually banned.'
      throw new RpcError(RPC_ERROR.clientInvalidIpOrSubnet, message)
    }
  }
  return null
}

function listBanned(node: Layer1Node): JsonOutput {
  const now = Math.floor(node.clock.now() / 1000)
  return node.peers.unwanted.bans().map(({ subnet, createdAt, until }) => ({
    address: formatSubnet(subnet),
    ban_created: createdAt,
    banned_until: until,
    ban_duration: until - createdAt,
    time_remaining: until - now,
  }))
}

/** Whom the operator does not want to talk to. */
export function banMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'setban',
      group,
      help: 'Bans an address or a subnet, or lifts its ban.',
      params: [
        param('subnet', 'string', 'An address, or a subnet such as 192.168.0.0/24.'),
        param('command', 'string', 'add or remove.'),
        optional('bantime', 'number', 'Seconds that the ban lasts, or the time of its end (0: as -bantime says).', {
          default: 0,
        }),
        optional('absolute', 'bool', 'bantime is the time of its end, in seconds since the Unix epoch.', {
          default: false,
        }),
      ],
      handler: (args) => setBan(node, args),
    },
    { name: 'listbanned', group, help: 'All bans.', params: [], handler: () => listBanned(node) },
    {
      name: 'clearbanned',
      group,
      help: 'Lifts all bans.',
      params: [],
      handler: () => {
        node.peers.unwanted.clear()
        return null
      },
    },
  ]
}
