import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import { type JsonOutput, optional, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'

/** Bytes that the engine takes for its heap at a time. */
const PAGE = 256 * 1024

/**
 * The heap in the words that Bitcoin Core has for its locked memory. There is no such memory here, as the engine
 * decides where keys lie.
 */
function heapUse(): JsonOutput {
  const { used_heap_size: used, total_heap_size: total } = getHeapStatistics()
  const pages = Math.ceil(total / PAGE)
  const inUse = getHeapSpaceStatistics().reduce((sum, { space_used_size: size }) => sum + Math.ceil(size / PAGE), 0)
  const chunks = Math.min(inUse, pages - 1)
  return { used, free: total - used, total, locked: 0, chunks_used: chunks, chunks_free: pages - chunks }
}

export function memoryMethods(): RpcMethod[] {
  return [
    {
      name: 'getmemoryinfo',
      group: 'Control',
      help: 'How much memory the node uses for what it holds.',
      params: [optional('mode', 'string', 'stats; there are no others here.', { default: 'stats' })],
      handler: (args) => {
        const mode = args.string('mode')
        if (mode === 'stats') return { locked: heapUse() }
        const words = mode === 'mallocinfo' ? 'mallocinfo mode not available' : `unknown mode ${mode}`
        throw new RpcError(RPC_ERROR.invalidParameter, words)
      },
    },
  ]
}
