import { btcAmount, type JsonOutput, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../../layer1Node.ts'

function mempoolInfo({ mempool: manager, deprecatedRpc }: Layer1Node): JsonOutput {
  const { options, graph, size } = manager.mempool
  return {
    loaded: true,
    size,
    bytes: graph.vsize,
    usage: graph.usage,
    total_fee: btcAmount(graph.fees),
    maxmempool: options.maxBytes,
    mempoolminfee: btcAmount(manager.minFeeRate()),
    minrelaytxfee: btcAmount(options.minRelayFeeRate),
    incrementalrelayfee: btcAmount(options.incrementalFeeRate),
    unbroadcastcount: manager.unbroadcast.size,
    permitbaremultisig: options.permitBareMultisig,
    maxdatacarriersize: options.maxDatacarrierBytes ?? 0,
    limitclustercount: options.maxClusterCount,
    limitclustersize: Math.floor(options.maxClusterWeight / 4),
    optimal: true,
    fullrbf: deprecatedRpc.has('fullrbf') ? true : undefined,
  }
}

/** Corners of the line that says what fees fit into how much room, the best first. */
function feeRateDiagram({ mempool: { mempool } }: Layer1Node): JsonOutput {
  let [weight, fee] = [0, 0n]
  const corners = [{ weight, fee: btcAmount(fee) }]
  for (const chunk of mempool.packages()) {
    weight += chunk.size
    fee += chunk.fee
    corners.push({ weight, fee: btcAmount(fee) })
  }
  return corners
}

export const mempoolStateMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'getmempoolinfo',
    group: 'Blockchain',
    help: 'State of the mempool.',
    params: [],
    handler: () => mempoolInfo(node),
  },
  {
    name: 'getmempoolfeeratediagram',
    group: 'Hidden',
    help: 'What fees fit into how much room, over the whole mempool.',
    params: [],
    handler: () => feeRateDiagram(node),
  },
]
