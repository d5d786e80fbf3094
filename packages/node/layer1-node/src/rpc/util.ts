import { optional, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'

const group = 'Util'

export function utilMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getindexinfo',
      group,
      help: 'State of the indexes.',
      params: [optional('index_name', 'string', 'Only this one.')],
      handler: async (args) => {
        await node.blockFilterIndex?.settled()
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
  ]
}
