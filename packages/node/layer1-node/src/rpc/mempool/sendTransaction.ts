import { formatViolation, type TxViolation } from '@ply/consensus'
import { computeTxid, hashToDisplay, type Transaction, virtualSize } from '@ply/primitives'
import { type JsonOutput, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../../layer1Node.ts'
import { readTransactionHex } from '../lookups.ts'
import { checkBurn, exceedsMaxFee, maxBurnParam, maxFeeRateParam, readMaxFeeRate } from './sendingLimits.ts'

function refusal(violation: TxViolation): RpcError {
  if (violation.failure === 'missing-inputs') return new RpcError(RPC_ERROR.verify, 'bad-txns-inputs-missingorspent')
  return new RpcError(RPC_ERROR.verifyRejected, formatViolation(violation))
}

async function isInChain({ mempool }: Layer1Node, tx: Transaction): Promise<boolean> {
  const txid = computeTxid(tx)
  for (let index = 0; index < tx.outputs.length; index++) {
    if (await mempool.unspentOutput({ txid, index }, { withMempool: false })) return true
  }
  return false
}

/** Error -25 if the transaction pays more than `maxFeeRate`; whatever else is wrong with it comes first. */
async function checkMaxFee({ mempool }: Layer1Node, tx: Transaction, maxFeeRate: bigint): Promise<void> {
  const { results } = await mempool.testAccept([tx])
  const [tested] = results
  if (tested?.ok === false) throw refusal(tested.error)
  if (tested && exceedsMaxFee(maxFeeRate, tested.value.entry.fee, virtualSize(tx))) {
    throw new RpcError(RPC_ERROR.verify, 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)')
  }
}

async function sendRawTransaction(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const tx = readTransactionHex(args.string('hexstring'), 'hexstring')
  checkBurn([tx], args)
  const maxFeeRate = readMaxFeeRate(args)
  const txid = computeTxid(tx)
  if (await isInChain(node, tx)) {
    throw new RpcError(RPC_ERROR.verifyAlreadyInChain, 'Transaction outputs already in utxo set')
  }
  const known = node.mempool.mempool.get(txid)
  if (known) {
    node.peers.announce(known.tx)
    return hashToDisplay(txid)
  }
  if (maxFeeRate !== undefined) await checkMaxFee(node, tx, maxFeeRate)
  const accepted = await node.mempool.accept(tx)
  if (!accepted.ok) throw refusal(accepted.error)
  node.mempool.addUnbroadcast(txid)
  return hashToDisplay(txid)
}

export const sendTransactionMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'sendrawtransaction',
    group: 'Rawtransactions',
    help: 'Gives a transaction to the mempool and to all peers.',
    params: [param('hexstring', 'string', 'The transaction.'), maxFeeRateParam, maxBurnParam],
    handler: (args) => sendRawTransaction(node, args),
  },
]
