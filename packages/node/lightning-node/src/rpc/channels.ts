import { bytesToHex } from '@ply/bytes'
import type { ChannelView } from '@ply/lightning'
import { decodeAddress, hashToDisplay, type Txid } from '@ply/primitives'
import { optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { formatShortChannelId, type ShortChannelId } from '@ply/wire'
import type { LightningNode } from '../lightningNode.ts'
import { feerateArgument, msatArgument, satArgument } from './amount.ts'
import { answerOf, CLOSE_PENDING } from './errors.ts'
import { peerArgument } from './peers.ts'
import { waitFor } from './waitFor.ts'

/** Seconds that a peer is given to agree to a close before the latest commitment is published. */
const DEFAULT_UNILATERAL_TIMEOUT = 172_800

const scidOf = ({ shortChannelId }: ChannelView): string | undefined =>
  shortChannelId === undefined ? undefined : formatShortChannelId(shortChannelId as ShortChannelId)

/** The channel that a peer id (with one channel), a channel id or a short channel id names. */
function channelArgument(node: LightningNode, args: RpcArguments, name: string): ChannelView {
  const text = args.string(name).trim().toLowerCase()
  const found = node.machine
    .channels()
    .filter((channel) => channel.channel === text || channel.peer === text || scidOf(channel) === text)
  const open = found.filter(({ state }) => state !== 'closing' && state !== 'closed')
  const candidates = open.length > 0 ? open : found
  if (candidates.length === 1) return candidates[0]!
  const reason = candidates.length === 0 ? 'no such channel' : 'the peer has several channels: name one'
  throw new RpcError(RPC_ERROR.invalidParams, `${name}: ${reason}`)
}

export function channelMethods(node: LightningNode): RpcMethod[] {
  return [
    {
      name: 'fundchannel',
      group: 'Channels',
      help: 'Opens a channel to a connected node with coins of the wallet.',
      params: [
        param('id', 'string', 'Node id.'),
        param('amount', 'any', 'Satoshi, or an amount with a unit.'),
        optional('feerate', 'any', 'normal, urgent, slow, or a number with perkw or perkb.'),
        optional('announce', 'bool', 'Tell the network of it.', { default: true }),
        optional('push_msat', 'any', 'Given to the peer at the start.'),
      ],
      handler: async (args) => {
        const peer = peerArgument(args, 'id')
        const fundingSat = satArgument(args, 'amount')
        if (fundingSat === 'all') throw new RpcError(RPC_ERROR.invalidParams, 'amount: should be an amount')
        const feerate = feerateArgument(args, 'feerate', node.feerates.current)
        const opened = await node.command({
          type: 'open-channel',
          peer,
          fundingSat,
          announce: args.boolean('announce'),
          ...(args.has('push_msat') ? { pushMsat: msatArgument(args, 'push_msat') } : {}),
          ...(feerate === undefined ? {} : { feerate }),
        })
        const { channel, fundingTxid, fundingIndex } = answerOf(opened, 'open-channel')
        await node.publisher.idle()
        return { txid: hashToDisplay(fundingTxid as Txid), outnum: fundingIndex, channel_id: channel }
      },
    },
    {
      name: 'listpeerchannels',
      group: 'Channels',
      help: 'Our channels.',
      params: [optional('id', 'string', 'Only those with this node.')],
      handler: (args) => {
        const only = args.has('id') ? peerArgument(args, 'id') : undefined
        const all = node.machine.channels((outpoint) => node.wallet.spends(outpoint))
        const channels = all.filter((channel) => only === undefined || channel.peer === only)
        return {
          channels: channels.map((channel) => ({
            peer_id: channel.peer,
            peer_connected: node.peers.isConnected(channel.peer),
            channel_id: channel.channel,
            short_channel_id: scidOf(channel),
            state: channel.state,
            usable: channel.usable,
            opener: channel.opener,
            private: !channel.announce,
            funding_txid: channel.fundingTxid && bytesToHex(channel.fundingTxid.slice().reverse()),
            funding_outnum: channel.fundingIndex,
            total_msat: channel.capacitySat * 1000n,
            to_us_msat: channel.localMsat,
            to_them_msat: channel.remoteMsat,
            in_flight_out_msat: channel.inFlightOutMsat,
            in_flight_in_msat: channel.inFlightInMsat,
            spendable_msat: channel.spendableMsat,
            receivable_msat: channel.receivableMsat,
          })),
        }
      },
    },
    {
      name: 'close',
      group: 'Channels',
      help: 'Closes a channel: with the peer if it agrees in time, else alone.',
      params: [
        param('id', 'string', 'Node id, channel id or short channel id.'),
        optional('unilateraltimeout', 'number', 'Seconds for the peer to agree; 0 for ever.', {
          default: DEFAULT_UNILATERAL_TIMEOUT,
        }),
        optional('destination', 'string', 'Address that our part is paid to.'),
        optional('force', 'bool', 'Publish our latest commitment at once.', { default: false }),
      ],
      handler: async (args) => {
        const { channel } = channelArgument(node, args, 'id')
        const force = args.boolean('force')
        const timeout = args.integer('unilateraltimeout')
        const script = args.has('destination')
          ? decodeAddress(args.string('destination'), node.backend.network)
          : undefined
        if (script && !script.ok) throw new RpcError(RPC_ERROR.invalidParams, `destination: ${script.error.message}`)
        const closing = waitFor(node, {
          match: (n) => (n.type === 'channel-closing' && n.channel === channel ? n : undefined),
          seconds: timeout === 0 ? undefined : timeout,
        })
        try {
          const asked = await node.command({
            type: 'close-channel',
            channel,
            force,
            ...(script ? { script: script.value } : {}),
          })
          answerOf(asked, 'close-channel')
          let ending = await closing.promise
          if (!ending) {
            const forced = waitFor(node, {
              match: (n) => (n.type === 'channel-closing' && n.channel === channel ? n : undefined),
              seconds: 60,
            })
            answerOf(await node.command({ type: 'close-channel', channel, force: true }), 'close-channel')
            ending = await forced.promise
          }
          if (!ending) throw new RpcError(CLOSE_PENDING, 'the channel is still closing')
          await node.publisher.idle()
          const txid = node.publisher.endingTxid(channel)
          return { type: ending.kind === 'mutual' ? 'mutual' : 'unilateral', channel_id: channel, txid }
        } finally {
          closing.cancel()
        }
      },
    },
    {
      name: 'setchannel',
      group: 'Channels',
      help: 'What we ask for forwarding over a channel.',
      params: [
        param('id', 'string', 'Node id, channel id or short channel id.'),
        param('feebase', 'any', 'Millisatoshi for each payment.'),
        param('feeppm', 'number', 'Millionths of the amount.'),
        optional('htlcmin', 'any', 'Least amount; 1 msat if missing.'),
        optional('htlcmax', 'any', 'Largest amount; what the channel allows if missing.'),
        optional('cltvdelta', 'number', 'Blocks between our two sides.', { default: 34 }),
      ],
      handler: async (args) => {
        const { channel } = channelArgument(node, args, 'id')
        const policy = {
          feeBaseMsat: Number(msatArgument(args, 'feebase')),
          feeProportionalMillionths: args.integerWithin('feeppm', [0, 1_000_000]),
          cltvExpiryDelta: args.integerWithin('cltvdelta', [18, 2016]),
          htlcMinimumMsat: args.has('htlcmin') ? msatArgument(args, 'htlcmin') : 1n,
          ...(args.has('htlcmax') ? { htlcMaximumMsat: msatArgument(args, 'htlcmax') } : {}),
        }
        answerOf(await node.command({ type: 'set-channel-policy', channel, policy }), 'set-channel-policy')
        return { channel_id: channel }
      },
    },
  ]
}
