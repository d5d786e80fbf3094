import { formatViolation, type TxViolation } from '@ply/consensus'
import { computeTxid, hashToDisplay, type Transaction, virtualSize } from '@ply/primitives'
import { type JsonOutput, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../../layer1Node.ts'
import type { PrivateBroadcaster } from '../../peers/privateBroadcaster.ts'
import { readTransactionHex } from '../lookups.ts'
import { checkBurn, exceedsMaxFee, maxBurnParam, maxFeeRateParam, readMaxFeeRate } from './sendingLimits.ts'

function refusal(violation: TxViolation): RpcError {
  if (violation.failure === 'missing-inputs') return new RpcError(RPC_ERROR.verify, 'bad-txns-inputs-missingorspent')
  return new RpcError(RPC_ERROR.verifyRejected, formatViolation(violation))
}

/** Error -27 if the chain has the transaction. */
async function refuseKnown({ mempool }: Layer1Node, tx: Transaction): Promise<void> {
  const txid = computeTxid(tx)
  for (let index = 0; index < tx.outputs.length; index++) {
    if (!(await mempool.unspentOutput({ txid, index }, { withMempool: false }))) continue
    throw new RpcError(RPC_ERROR.verifyAlreadyInChain, 'Transaction outputs already in utxo set')
  }
}

/** Error -25 if the transaction pays more than `maxFeeRate`; whatever else is wrong with it comes first. */
async function checkAcceptable(
  { mempool }: Layer1Node,
  tx: Transaction,
  maxFeeRate: bigint | undefined,
): Promise<void> {
  const { results } = await mempool.testAccept([tx])
  const [tested] = results
  if (tested?.ok === false) throw refusal(tested.error)
  if (tested && maxFeeRate !== undefined && exceedsMaxFee(maxFeeRate, tested.value.entry.fee, virtualSize(tx))) {
    throw new RpcError(RPC_ERROR.verify, 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)')
  }
}

const NO_WAY =
  "-privatebroadcast is enabled, but none of the Tor or I2P networks is reachable. Maybe the location of the Tor proxy couldn't be retrieved from the Tor daemon at startup. Check whether the Tor daemon is running and that -torcontrol, -torpassword and -i2psam are configured properly."

/** The transaction goes to a few peers over Tor or I2P, and comes into the pool only when the network brings it back. */
async function sendPrivately(
  node: Layer1Node,
  tx: Transaction,
  { maxFeeRate, broadcaster }: { readonly maxFeeRate: bigint | undefined; readonly broadcaster: PrivateBroadcaster },
): Promise<void> {
  const { reachability } = node.peers
  if (!reachability.includes('onion') && !reachability.includes('i2p')) throw new RpcError(RPC_ERROR.misc, NO_WAY)
  await refuseKnown(node, tx)
  if (!node.mempool.mempool.get(computeTxid(tx))) await checkAcceptable(node, tx, maxFeeRate)
  if (!broadcaster.send(tx)) throw new RpcError(RPC_ERROR.limitExceeded, 'Private broadcast queue is full')
}

/** Gives the transaction to the pool, or tells peers again of one that is there. */
async function sendToAll(node: Layer1Node, tx: Transaction, maxFeeRate: bigint | undefined): Promise<void> {
  await refuseKnown(node, tx)
  const txid = computeTxid(tx)
  const known = node.mempool.mempool.get(txid)
  if (known) {
    node.peers.announce(known.tx)
    return
  }
  if (maxFeeRate !== undefined) await checkAcceptable(node, tx, maxFeeRate)
  const accepted = await node.mempool.accept(tx)
  if (!accepted.ok) throw refusal(accepted.error)
  node.mempool.addUnbroadcast(txid)
}

async function sendRawTransaction(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const maxBurn = args.amount('maxburnamount')
  const tx = readTransactionHex(args.string('hexstring'))
  checkBurn([tx], maxBurn)
  const maxFeeRate = readMaxFeeRate(args)
  const broadcaster = node.peers.privateBroadcaster
  if (broadcaster) await sendPrivately(node, tx, { maxFeeRate, broadcaster })
  else await sendToAll(node, tx, maxFeeRate)
  return hashToDisplay(computeTxid(tx))
}

export const sendTransactionMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'sendrawtransaction',
    group: 'Rawtransactions',
    help: 'Gives a transaction to the mempool and to all peers; with -privatebroadcast to a few peers over Tor and I2P only, and it comes into the mempool when the network brings it back.',
    params: [param('hexstring', 'string', 'The transaction.'), maxFeeRateParam, maxBurnParam],
    handler: (args) => sendRawTransaction(node, args),
  },
]
