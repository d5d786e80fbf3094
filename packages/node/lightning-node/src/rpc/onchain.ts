import { bytesToHex } from '@ply/bytes'
import { computeTxid, decodeAddress, encodeAddress, encodeTransaction, hashToDisplay, sats } from '@ply/primitives'
import { optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import { formatShortChannelId, type ShortChannelId } from '@ply/wire'
import type { LightningNode } from '../lightningNode.ts'
import { feerateArgument, satArgument } from './amount.ts'
import { INSUFFICIENT_FUNDS } from './errors.ts'

export function onchainMethods(node: LightningNode): RpcMethod[] {
  const { network } = node.backend
  return [
    {
      name: 'newaddr',
      group: 'Wallet',
      help: 'A new address of the on-chain wallet.',
      params: [optional('addresstype', 'string', 'bech32, p2tr or all.', { default: 'bech32' })],
      handler: async (args) => {
        const type = args.string('addresstype')
        if (type !== 'bech32' && type !== 'p2tr' && type !== 'all') {
          throw new RpcError(RPC_ERROR.invalidParams, 'addresstype: should be bech32, p2tr or all')
        }
        const answer = {
          bech32: type === 'p2tr' ? undefined : node.wallet.newAddress('p2wpkh'),
          p2tr: type === 'bech32' ? undefined : node.wallet.newAddress('p2tr'),
        }
        // An address that was given out must be watched for ever.
        await node.flush()
        return answer
      },
    },
    {
      name: 'listfunds',
      group: 'Wallet',
      help: 'Coins on chain, and what is in channels.',
      params: [],
      handler: () => ({
        outputs: node.wallet.coins().map((coin) => ({
          txid: hashToDisplay(coin.outpoint.txid),
          output: coin.outpoint.index,
          amount_msat: coin.output.value * 1000n,
          scriptpubkey: bytesToHex(coin.output.scriptPubKey),
          address: encodeAddress(coin.output.scriptPubKey, network),
          status: coin.height === undefined ? 'unconfirmed' : coin.mature ? 'confirmed' : 'immature',
          blockheight: coin.height,
          reserved: coin.locked,
        })),
        channels: node.machine
          .channels((outpoint) => node.wallet.spends(outpoint))
          .map((channel) => ({
            peer_id: channel.peer,
            connected: node.peers.isConnected(channel.peer),
            state: channel.state,
            channel_id: channel.channel,
            short_channel_id:
              channel.shortChannelId === undefined
                ? undefined
                : formatShortChannelId(channel.shortChannelId as ShortChannelId),
            our_amount_msat: channel.localMsat,
            amount_msat: channel.capacitySat * 1000n,
            funding_txid: channel.fundingTxid && bytesToHex(channel.fundingTxid.slice().reverse()),
            funding_output: channel.fundingIndex,
          })),
      }),
    },
    {
      name: 'withdraw',
      group: 'Wallet',
      help: 'Sends coins on chain.',
      params: [
        param('destination', 'string', 'Address.'),
        param('satoshi', 'any', 'Satoshi, an amount with a unit, or all.'),
        optional('feerate', 'any', 'normal, urgent, slow, or a number with perkw or perkb.'),
      ],
      handler: async (args) => {
        const script = decodeAddress(args.string('destination'), network)
        if (!script.ok) throw new RpcError(RPC_ERROR.invalidParams, `destination: ${script.error.message}`)
        const amount = satArgument(args, 'satoshi')
        const feerate = feerateArgument(args, 'feerate', node.feerates.current) ?? node.feerates.current.normal
        const scriptPubKey = script.value
        const target = amount === 'all' ? { all: scriptPubKey } : { outputs: [{ value: sats(amount), scriptPubKey }] }
        const signed = node.wallet.pay(target, feerate)
        if (!signed.ok) throw new RpcError(INSUFFICIENT_FUNDS, signed.error)
        const { transaction, coins } = signed.value
        node.wallet.setLocked(coins, true)
        const accepted = await node.backend.broadcast(transaction)
        node.wallet.setLocked(coins, false)
        if (!accepted.ok) throw new RpcError(RPC_ERROR.verifyRejected, `the mempool refused: ${accepted.error}`)
        node.wallet.noteBroadcast(transaction)
        await node.flush()
        return { tx: bytesToHex(encodeTransaction(transaction)), txid: hashToDisplay(computeTxid(transaction)) }
      },
    },
  ]
}
