import { err, ok, type Result } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import type { Block, BlockHash, NetworkParameters, OutPoint, Transaction, TxOutput } from '@ply/primitives'
import { computeTxid } from '@ply/primitives'
import type { Layer1Node } from './layer1Node.ts'

/** The chain as a Lightning node in the same process needs it. */
export interface LocalChainBackend {
  readonly network: NetworkParameters
  tip(): Promise<{ readonly height: number; readonly hash: BlockHash }>
  blockHash(height: number): Promise<BlockHash | undefined>
  getBlock(height: number): Promise<Block | undefined>
  unspentOutput(outpoint: OutPoint): Promise<TxOutput | undefined>
  /** Violations are the mempool's reject reasons. A `parent` with too low a fee of its own comes along in a package. */
  broadcast(transaction: Transaction, parent?: Transaction): Promise<Result<void, string>>
  /** Satoshi per 1000 weight. */
  estimateFeerate(target: 'normal' | 'urgent' | 'minimum'): Promise<number | undefined>
  subscribe(observer: {
    blockConnected(height: number, block: Block): void
    blockDisconnected(height: number, block: Block): void
  }): () => void
}

/** Blocks within which a transaction of each kind should confirm. */
const TARGET_BLOCKS = { urgent: 2, normal: 6 }

/** Lets Lightning nodes run on `node` without a wire between them. */
export function createChainBackend({ chain, mempool, network, txIndex }: Layer1Node): LocalChainBackend {
  const at = (height: number) => chain.tree.active.at(height)
  const inPool = (tx: Transaction): boolean => mempool.mempool.get(computeTxid(tx)) !== undefined
  const isConfirmed = async (tx: Transaction): Promise<boolean> => {
    const txid = computeTxid(tx)
    const found = await txIndex?.find(txid)
    if (found) return chain.tree.active.contains(found.node)
    for (let index = 0; index < tx.outputs.length; index++) {
      if (await mempool.unspentOutput({ txid, index }, { withMempool: false })) return true
    }
    return false
  }
  return {
    network,
    tip: () => Promise.resolve({ height: chain.tip.height, hash: chain.tip.hash }),
    blockHash: (height) => Promise.resolve(at(height)?.hash),
    getBlock: async (height) => {
      const node = at(height)
      // Under a snapshot it may still be to come: whoever follows the chain waits for it.
      const isAwaited = chain.history && height <= chain.history.base.height && !node?.data
      return node && !isAwaited ? chain.readBlock(node) : undefined
    },
    unspentOutput: async (outpoint) => {
      const found = await mempool.unspentOutput(outpoint)
      return found?.height === undefined ? undefined : found.output
    },
    broadcast: async (transaction, parent) => {
      if (inPool(transaction)) return ok(undefined)
      const alone = await mempool.accept(transaction)
      if (alone.ok || (await isConfirmed(transaction))) return ok(undefined)
      if (!parent || inPool(parent) || (await isConfirmed(parent))) return err(formatViolation(alone.error))
      const { message, results } = await mempool.acceptPackage([parent, transaction])
      const [ofParent, ofChild] = results
      if (ofChild?.ok) return ok(undefined)
      const refused = ofChild ?? ofParent
      return err(refused && !refused.ok ? formatViolation(refused.error) : message)
    },
    estimateFeerate: (target) => {
      const minimum = mempool.minFeeRate()
      const estimate = target === 'minimum' ? undefined : mempool.estimateFeeRate(TARGET_BLOCKS[target])
      const perKvb = estimate ?? minimum
      return Promise.resolve(Math.ceil(Number(perKvb) / 4))
    },
    subscribe: (observer) =>
      chain.subscribe({
        blockConnected: ({ node, block }) => observer.blockConnected(node.height, block),
        blockDisconnected: ({ node, block }) => observer.blockDisconnected(node.height, block),
      }),
  }
}
