import { bytesToHex } from '@ply/bytes'
import {
  computeTxid,
  computeWtxid,
  encodeTransaction,
  hashToDisplay,
  totalSize,
  transactionWeight,
  virtualSize,
} from '@ply/primitives'
import { type JsonOutput, optional, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'

/** How much of each orphan is shown: its txid, its sizes and peers, or these and the transaction itself. */
function readVerbosity(args: RpcArguments): number {
  const given = args.value('verbosity')
  if (typeof given === 'boolean') {
    throw new RpcError(RPC_ERROR.type, 'Verbosity was boolean but only integer allowed')
  }
  const verbosity = args.integer('verbosity')
  if (verbosity >= 0 && verbosity <= 2) return verbosity
  throw new RpcError(RPC_ERROR.invalidParameter, `Invalid verbosity value ${verbosity}`)
}

function orphanTransactions(node: Layer1Node, verbosity: number): JsonOutput {
  return node.peers.orphans().map(({ tx, from }) => {
    const txid = hashToDisplay(computeTxid(tx))
    if (verbosity === 0) return txid
    return {
      txid,
      wtxid: hashToDisplay(computeWtxid(tx)),
      bytes: totalSize(tx),
      vsize: virtualSize(tx),
      weight: transactionWeight(tx),
      from: [...from].sort((a, b) => a - b),
      hex: verbosity === 2 ? bytesToHex(encodeTransaction(tx)) : undefined,
    }
  })
}

export function orphanMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getorphantxs',
      group: 'Hidden',
      help: 'Transactions of peers that wait for a parent.',
      params: [
        optional('verbosity', 'any', '0 for txids, 1 for sizes and peers, 2 for the transactions too.', { default: 0 }),
      ],
      handler: (args) => orphanTransactions(node, readVerbosity(args)),
    },
  ]
}
