import { hexToBytes } from '@ply/bytes'
import { findDust } from '@ply/mempool'
import { hashToDisplay, type Txid } from '@ply/primitives'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../../layer1Node.ts'

const group = 'Mining'

function prioritise({ mempool: manager }: Layer1Node, args: RpcArguments): JsonOutput {
  const txid = args.hash('txid') as Txid
  // It may be written as a fraction.
  const dummy = Number(String(args.value('dummy') ?? 0))
  if (!Number.isFinite(dummy)) throw new RpcError(RPC_ERROR.misc, 'JSON double out of range')
  const delta = args.int64('fee_delta')
  if (dummy !== 0) {
    const message = 'Priority is no longer supported, dummy argument to prioritisetransaction must be 0.'
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const { mempool } = manager
  const entry = mempool.get(txid)
  if (entry && findDust(entry.tx, mempool.options.dustFeeRate).length > 0) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Priority is not supported for transactions with dust outputs.')
  }
  manager.prioritise(txid, delta)
  return true
}

function prioritised({ mempool: { mempool } }: Layer1Node): JsonOutput {
  return Object.fromEntries(
    // By txid, as bytes.
    [...mempool.feeDeltas()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, delta]) => {
        const txid = hexToBytes(key)
        const entry = mempool.get(txid)
        const shown = { fee_delta: delta, in_mempool: entry !== undefined, modified_fee: entry?.modifiedFee }
        return [hashToDisplay(txid), shown]
      }),
  )
}

export const priorityMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'prioritisetransaction',
    group,
    help: 'Corrects the fee of a transaction in the eyes of the miner.',
    params: [
      param('txid', 'hash', 'The transaction.'),
      optional('dummy', 'number', 'Must be 0 or null.'),
      param('fee_delta', 'number', 'Satoshi to add.'),
    ],
    handler: (args) => prioritise(node, args),
  },
  {
    name: 'getprioritisedtransactions',
    group,
    help: 'Transactions whose fees were corrected, in the mempool or not.',
    params: [],
    handler: () => prioritised(node),
  },
]
