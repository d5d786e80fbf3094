import type { BlockNode } from '@ply/chain'
import { hasProofOfWork, isBuriedActive, isPermittedDifficultyTransition } from '@ply/consensus'
import { type ChainView, type HeaderEntry, MAX_PAYLOAD_LENGTH, type MempoolEntryView, type MempoolView } from '@ply/p2p'
import { computeFeeRate, MAX_STANDARD_TX_WEIGHT, type MempoolEntry } from '@ply/mempool'
import type { ChainManager } from './chainManager.ts'
import type { MempoolManager } from '../mempool/mempoolManager.ts'

/** What the view is made of. */
export type ViewedChain = Pick<ChainManager, 'parameters' | 'tree' | 'tip' | 'find' | 'isInitialBlockDownload'> &
  Partial<Pick<ChainManager, 'history'>>

/** The chain as the peer machine sees it. Entries are the tree's own nodes. */
export function createChainView(chain: ViewedChain): ChainView {
  const { tree } = chain
  return {
    tip: () => chain.tip,
    bestHeader: () => tree.bestHeader,
    header: (hash) => chain.find(hash),
    hasProofOfWork: (header, hash) => hasProofOfWork(hash, header.bits, chain.parameters),
    isPermittedDifficulty: (height, bits) => isPermittedDifficultyTransition(chain.parameters, height, bits),
    ancestor: (entry: HeaderEntry, height) => (entry as BlockNode).ancestor(height),
    activeAt: (height) => tree.active.at(height),
    hasBlock: (hash) => chain.find(hash)?.data !== undefined,
    wasConnected: (hash) => chain.find(hash)?.validity === 'scripts',
    isSegwitActive: (height) => isBuriedActive('segwit', height, chain.parameters),
    isInvalid: (hash) => chain.find(hash)?.failed ?? false,
    isInitialBlockDownload: () => chain.isInitialBlockDownload(),
    uncheckedHistory: () => chain.history && { tip: chain.history.tip, target: chain.history.base },
  }
}

const view = (entry: MempoolEntry | undefined): MempoolEntryView | undefined =>
  entry && {
    tx: entry.tx,
    feeRate: computeFeeRate(entry.modifiedFee, entry.vsize),
    sequence: entry.fromBlock ? 0 : entry.sequence,
  }

export function createMempoolView(manager: MempoolManager): MempoolView {
  const { mempool } = manager
  return {
    byTxid: (txid) => view(mempool.get(txid)),
    byWtxid: (wtxid) => view(mempool.byWtxid(wtxid)),
    *transactions() {
      for (const { tx } of mempool.entries()) yield tx
    },
    // A byte weighs one unit at least.
    maxTransactionSize: () => (mempool.options.requireStandard ? MAX_STANDARD_TX_WEIGHT : MAX_PAYLOAD_LENGTH),
    sequence: () => mempool.sequence,
    minFeeRate: () => manager.minFeeRate(),
    minRelayFeeRate: () => mempool.options.minRelayFeeRate,
  }
}
