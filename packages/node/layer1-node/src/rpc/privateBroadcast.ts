import { bytesToHex } from '@ply/bytes'
import type { PrivateTransaction } from '@ply/p2p'
import { computeTxid, computeWtxid, encodeTransaction, hashToDisplay, type Transaction } from '@ply/primitives'
import { param, parseHash, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import type { PrivateBroadcaster } from '../peers/privateBroadcaster.ts'

const group = 'Rawtransactions'
const NOT_ENABLED = "Private broadcast is not enabled. Ensure you're running Bitcoin Core with -privatebroadcast=1."

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

function broadcasterOf({ peers }: Layer1Node): PrivateBroadcaster {
  if (!peers.privateBroadcaster) throw new RpcError(RPC_ERROR.methodNotFound, NOT_ENABLED)
  return peers.privateBroadcaster
}

const transactionJson = (tx: Transaction) => ({
  txid: hashToDisplay(computeTxid(tx)),
  wtxid: hashToDisplay(computeWtxid(tx)),
  hex: bytesToHex(encodeTransaction(tx)),
})

const sentTransactionJson = ({ tx, addedAt, sendings }: PrivateTransaction) => ({
  ...transactionJson(tx),
  time_added: seconds(addedAt),
  peers: sendings.map(({ address, sentAt, receivedAt }) => ({
    address,
    sent: seconds(sentAt),
    received: receivedAt === undefined ? undefined : seconds(receivedAt),
  })),
})

export function privateBroadcastMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getprivatebroadcastinfo',
      group,
      help: 'Transactions that are on their way over private connections (-privatebroadcast), and whom they were sent to.',
      params: [],
      handler: () => ({ transactions: broadcasterOf(node).queue.transactions().map(sentTransactionJson) }),
    },
    {
      name: 'abortprivatebroadcast',
      group,
      help: 'Sends a transaction to no more peers over private connections (-privatebroadcast).',
      params: [param('id', 'hash', 'Its txid or wtxid; all transactions that have it are taken out.')],
      handler: (args) => {
        const { queue } = broadcasterOf(node)
        const removed = queue.abort(parseHash(args.value('id')!, 'id'))
        if (removed.length === 0) {
          const message = 'Transaction not in private broadcast queue. Check getprivatebroadcastinfo.'
          throw new RpcError(RPC_ERROR.invalidAddressOrKey, message)
        }
        return { removed_transactions: removed.map(transactionJson) }
      },
    },
  ]
}
