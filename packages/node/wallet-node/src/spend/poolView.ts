import type { Layer1Node } from '@ply/layer1-node'
import type { PoolView } from '@ply/wallet'
import type { WalletOptions } from '../walletOptions.ts'

/** The node's mempool as its wallets see it. */
export const createPoolView = ({ mempool }: Layer1Node['mempool'], options: WalletOptions): PoolView => ({
  has: (txid) => mempool.get(txid) !== undefined,
  spenderOf: (outpoint) => mempool.graph.spender(outpoint)?.txid,
  ancestry: (txid) => {
    const entry = mempool.get(txid)
    if (!entry?.cluster) return undefined
    return { ancestors: mempool.graph.ancestors([entry]).size, clusterSize: entry.cluster.entries.size }
  },
  childrenOf: (txid) => [...(mempool.get(txid)?.children ?? [])].map((child) => child.txid),
  bumpFees: (outpoints, feeRate) => mempool.bumpFees(outpoints, feeRate),
  fits: (tx) => {
    const joined = new Set(mempool.graph.parentsOf(tx).flatMap(({ cluster }) => cluster ?? []))
    const size = [...joined].reduce((sum, { entries }) => sum + entries.size, 1)
    return size <= mempool.options.maxClusterCount
  },
  maxAncestors: Math.max(1, options.maxAncestors),
  maxClusterSize: Math.max(1, options.maxDescendants),
})
