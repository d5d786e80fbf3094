import { computeEquivalentTime } from '@ply/consensus'
import { decodeDisplayHash, type BlockHash } from '@ply/primitives'
import type { BlockNode } from './headerTree/blockNode.ts'
import type { HeaderTree } from './headerTree/headerTree.ts'

const TWO_WEEKS = 14 * 24 * 60 * 60

/** Why the scripts of a block are run, in Bitcoin Core's words. */
export type ScriptCheckReason =
  | 'assumevalid=0 (always verify)'
  | 'assumevalid hash not in headers'
  | 'block height above assumevalid height'
  | 'block not in assumevalid chain'
  | 'block not in best header chain'
  | 'best header chainwork below minimumchainwork'
  | 'block too recent relative to best header'

/**
 * Why the scripts of `node` must be run; undefined where they need not: it lies under the block whose history the
 * network's parameters vouch for, on the best header chain, and at least two weeks of work deep.
 */
export function findScriptCheckReason(tree: HeaderTree, node: BlockNode): ScriptCheckReason | undefined {
  const { assumeValid, minimumChainWork, powTargetSpacing } = tree.parameters.consensus
  if (assumeValid === undefined) return 'assumevalid=0 (always verify)'
  const hash = decodeDisplayHash<BlockHash>(assumeValid)
  const assumed = hash.ok ? tree.get(hash.value) : undefined
  if (!assumed) return 'assumevalid hash not in headers'
  if (assumed.ancestor(node.height) !== node) {
    return node.height > assumed.height ? 'block height above assumevalid height' : 'block not in assumevalid chain'
  }
  const best = tree.bestHeader
  if (best.ancestor(node.height) !== node) return 'block not in best header chain'
  if (best.chainWork < minimumChainWork) return 'best header chainwork below minimumchainwork'
  const work = { from: node.chainWork, to: best.chainWork }
  const isRecent = computeEquivalentTime(work, best.bits, powTargetSpacing) <= TWO_WEEKS
  return isRecent ? 'block too recent relative to best header' : undefined
}
