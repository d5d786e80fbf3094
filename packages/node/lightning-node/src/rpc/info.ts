import { bytesToHex } from '@ply/bytes'
import { optional, type RpcMethod } from '@ply/rpc'
import type { LightningNode } from '../lightningNode.ts'

const VERSION = 'ply-0.1.0'

function splitAddress(address: string): { readonly type: string; readonly address: string; readonly port: number } {
  const at = address.lastIndexOf(':')
  const host = address.slice(0, at).replace(/^\[|\]$/g, '')
  return { type: host.includes(':') ? 'ipv6' : 'ipv4', address: host, port: Number(address.slice(at + 1)) }
}

export function infoMethods(node: LightningNode): RpcMethod[] {
  return [
    {
      name: 'getinfo',
      group: 'Node',
      help: 'The node at a glance: id, addresses, channels, height.',
      params: [],
      handler: () => {
        const channels = node.machine.channels()
        const active = channels.filter((channel) => channel.usable).length
        const pending = channels.filter(({ state }) => state.startsWith('wait-for')).length
        return {
          id: node.nodeId,
          alias: node.alias,
          color: bytesToHex(node.color),
          num_peers: node.machine.peers().filter((peer) => peer.connected).length,
          num_pending_channels: pending,
          num_active_channels: active,
          num_inactive_channels: channels.length - active - pending,
          binding: node.listening.map(splitAddress),
          version: VERSION,
          blockheight: node.machine.tip?.height ?? 0,
          network: node.backend.network.name,
        }
      },
    },
    {
      name: 'feerates',
      group: 'Node',
      help: 'What the node pays for transactions on chain.',
      params: [optional('style', 'string', 'perkw or perkb.', { default: 'perkw' })],
      handler: (args) => {
        const { minimum, normal, urgent } = node.feerates.current
        if (args.string('style') === 'perkb') {
          return { perkb: { min_acceptable: minimum * 4, opening: normal * 4, unilateral_close: urgent * 4 } }
        }
        return { perkw: { min_acceptable: minimum, opening: normal, unilateral_close: urgent } }
      },
    },
  ]
}
