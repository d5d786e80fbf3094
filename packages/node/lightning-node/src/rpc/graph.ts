import { bytesToHex, decodeUtf8 } from '@ply/bytes'
import type { GraphChannel, GraphEdge, GraphNode } from '@ply/routing'
import { type JsonOutput, optional, type RpcMethod } from '@ply/rpc'
import { decodeNodeAddresses, formatShortChannelId, type NodeAddress } from '@ply/wire'
import type { LightningNode } from '../lightningNode.ts'

function describeEdge({ edge, channel }: { edge: GraphEdge; channel: GraphChannel }): { [field: string]: JsonOutput } {
  const { update } = edge
  return {
    source: edge.from,
    destination: edge.to,
    short_channel_id: formatShortChannelId(edge.shortChannelId),
    direction: update.channelFlags & 1,
    public: true,
    amount_msat: channel.capacity * 1000n,
    message_flags: update.messageFlags,
    channel_flags: update.channelFlags,
    active: !edge.disabled,
    last_update: update.timestamp,
    base_fee_millisatoshi: update.feeBaseMsat,
    fee_per_millionth: update.feeProportionalMillionths,
    delay: update.cltvExpiryDelta,
    htlc_minimum_msat: update.htlcMinimumMsat,
    htlc_maximum_msat: update.htlcMaximumMsat,
  }
}

function describeAddress(address: NodeAddress): { [field: string]: JsonOutput } {
  const { type, port } = address
  if (type === 'dns') return { type, address: address.host, port }
  const { host } = address
  if (type === 'ipv4') return { type, address: [...host].join('.'), port }
  return { type, address: bytesToHex(host), port }
}

function describeNode({ key, announcement }: GraphNode): { [field: string]: JsonOutput } {
  if (!announcement) return { nodeid: key }
  const end = announcement.alias.indexOf(0)
  const alias = decodeUtf8(end < 0 ? announcement.alias : announcement.alias.subarray(0, end))
  return {
    nodeid: key,
    alias: alias.ok ? alias.value : bytesToHex(announcement.alias),
    color: bytesToHex(announcement.rgbColor),
    last_timestamp: announcement.timestamp,
    features: bytesToHex(announcement.features),
    addresses: decodeNodeAddresses(announcement.addresses).map(describeAddress),
  }
}

export function graphMethods(node: LightningNode): RpcMethod[] {
  return [
    {
      name: 'listchannels',
      group: 'Network',
      help: 'The channels that gossip tells of, each direction by itself.',
      params: [
        optional('short_channel_id', 'string', 'Only this channel.'),
        optional('source', 'string', 'Only directions that start at this node.'),
        optional('destination', 'string', 'Only directions that end at this node.'),
      ],
      handler: (args) => {
        const wanted = (name: string, value: string): boolean => !args.has(name) || args.string(name) === value
        const edges = [...node.machine.graph.channels()].flatMap((channel) =>
          channel.edges.flatMap((edge) => (edge ? [{ edge, channel }] : [])),
        )
        const channels = edges
          .filter(
            ({ edge }) =>
              wanted('short_channel_id', formatShortChannelId(edge.shortChannelId)) &&
              wanted('source', edge.from) &&
              wanted('destination', edge.to),
          )
          .map(describeEdge)
        return { channels }
      },
    },
    {
      name: 'listnodes',
      group: 'Network',
      help: 'The nodes that gossip tells of.',
      params: [optional('id', 'string', 'Only this one.')],
      handler: (args) => {
        const nodes = [...node.machine.graph.nodes()].filter(({ key }) => !args.has('id') || args.string('id') === key)
        return { nodes: nodes.map(describeNode) }
      },
    },
  ]
}
