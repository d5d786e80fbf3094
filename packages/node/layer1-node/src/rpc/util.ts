import { type JsonOutput, optional, type RpcMethod } from '@ply/rpc'
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
        const { blockFilterIndex, coinStatsIndex, txIndex, txoSpenderIndex } = node
        const all: Record<string, JsonOutput> = {}
        for (const index of [txIndex, coinStatsIndex, txoSpenderIndex, blockFilterIndex]) {
          if (!index) continue
          await index.sync.settled()
          all[index.name] = { synced: index.sync.synced, best_block_height: index.sync.bestHeight }
        }
        const name = args.string('index_name', '')
        return Object.fromEntries(Object.entries(all).filter(([key]) => name === '' || name === key))
      },
    },
  ]
}
