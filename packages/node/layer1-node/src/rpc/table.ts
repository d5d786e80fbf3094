import type { RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { blockchainMethods } from './blockchain.ts'
import { coinMethods } from './coins.ts'
import { controlMethods, type ProcessControl } from './control.ts'
import { mempoolMethods } from './mempool.ts'
import { miningMethods } from './mining.ts'
import { networkMethods } from './network.ts'
import { rawTransactionMethods } from './rawTransactions.ts'
import { utilMethods } from './util.ts'

/** Everything that a Layer 1 node answers, with Bitcoin Core's method names. */
export function createLayer1Methods(node: Layer1Node, control: ProcessControl): RpcMethod[] {
  return [
    ...blockchainMethods(node),
    ...coinMethods(node),
    ...rawTransactionMethods(node),
    ...mempoolMethods(node),
    ...miningMethods(node),
    ...networkMethods(node),
    ...utilMethods(node),
    ...controlMethods(node, control),
  ]
}
