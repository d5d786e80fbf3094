import { computeMedianTimePast } from '@ply/consensus'
import { hashToDisplay } from '@ply/primitives'
import { type JsonOutput, optional, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { DEFAULT_VERIFY_SCOPE, verifyChain } from '../chain/verifyChain.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { floatJson } from './json/blockJson.ts'
import { findBlock } from './lookups.ts'

const group = 'Blockchain'
const MONTH = 30 * 24 * 3600

/** How many transactions came in the blocks up to one of them, and how fast. */
function chainTxStats(node: Layer1Node, args: RpcArguments): JsonOutput {
  const { chain, network } = node
  const last = args.has('blockhash') ? findBlock(node, args.hash('blockhash')) : chain.tip
  if (!chain.tree.active.contains(last)) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Block is not in main chain')
  }
  const usual = Math.floor(MONTH / network.consensus.powTargetSpacing)
  const count = args.has('nblocks') ? args.integer('nblocks') : Math.max(0, Math.min(usual, last.height - 1))
  if (count < 0 || (count > 0 && count >= last.height)) {
    const message = "Invalid block count: should be between 0 and the block's height - 1"
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const first = last.ancestor(last.height - count)!
  const interval = computeMedianTimePast(last) - computeMedianTimePast(first)
  const known = last.chainTransactionCount > 0 && first.chainTransactionCount > 0
  const transactions = last.chainTransactionCount - first.chainTransactionCount
  return {
    time: last.time,
    txcount: last.chainTransactionCount || undefined,
    window_final_block_hash: hashToDisplay(last.hash),
    window_final_block_height: last.height,
    window_block_count: count,
    window_interval: count > 0 ? interval : undefined,
    window_tx_count: count > 0 && known ? transactions : undefined,
    txrate: count > 0 && known && interval > 0 ? floatJson(transactions / interval) : undefined,
  }
}

export function chainStatsMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getchaintxstats',
      group,
      help: 'How many transactions the chain has, and how fast they came.',
      params: [
        optional('nblocks', 'number', 'Size of the window in blocks; a month by default.'),
        optional('blockhash', 'hash', 'The block that ends it; the tip by default.'),
      ],
      handler: (args) => chainTxStats(node, args),
    },
    {
      name: 'verifychain',
      group,
      help: 'Verifies the last blocks and the coins. True if all is good.',
      params: [
        optional('checklevel', 'number', 'How thoroughly: 0 to 4.'),
        optional('nblocks', 'number', 'How many blocks; 0 for all.'),
      ],
      handler: async (args) => {
        const { level, depth } = DEFAULT_VERIFY_SCOPE
        const scope = { level: args.integer('checklevel', level), depth: args.integer('nblocks', depth) }
        return (await verifyChain(node.chain, scope, node.logger)) === 'complete'
      },
    },
  ]
}
