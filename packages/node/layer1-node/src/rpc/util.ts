import { btcAmount, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'

const group = 'Util'
const MAX_TARGET = 1008

export function utilMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getindexinfo',
      group,
      help: 'State of the indexes.',
      params: [optional('index_name', 'string', 'Only this one.')],
      handler: (args) => {
        const { blockFilterIndex, chain, txIndex } = node
        const state = (synced: boolean, height: number) => ({ synced, best_block_height: height })
        const all = {
          txindex: txIndex && state(true, chain.tip.height),
          'basic block filter index': blockFilterIndex && state(blockFilterIndex.synced, blockFilterIndex.bestHeight),
        }
        const name = args.string('index_name', '')
        return Object.fromEntries(Object.entries(all).filter(([key]) => name === '' || name === key))
      },
    },
    {
      name: 'estimatesmartfee',
      group,
      help: 'The feerate per kvB that confirms a transaction within some blocks.',
      params: [param('conf_target', 'number', 'Blocks.'), optional('estimate_mode', 'string', 'Not used.')],
      handler: (args) => {
        const target = args.integer('conf_target')
        if (target < 1 || target > MAX_TARGET) {
          const message = `Invalid conf_target, must be between 1 and ${MAX_TARGET}`
          throw new RpcError(RPC_ERROR.invalidParameter, message)
        }
        const { mempool } = node
        return { feerate: btcAmount(mempool.estimator.estimate(target, mempool.minFeeRate()).feeRate), blocks: target }
      },
    },
  ]
}
