import { computeEquivalentTime } from '@ply/consensus'
import { decodeDisplayHash, type BlockHash } from '@ply/primitives'
import type { BlockNode } from './headerTree/blockNode.ts'
import type { HeaderTree } from './headerTree/headerTree.ts'

const TWO_WEEKS = 14 * 24 * 60 * 60

/**
 * True unless `node` lies under the block whose history the network's parameters vouch for, on the best header chain, and
 * at least two weeks of work deep: then its scripts need not be run.
 */
export function mustCheckScripts(tree: HeaderTree, node: BlockNode): boolean {
  const { assumeValid, minimumChainWork, powTargetSpacing } = tree.parameters.consensus
  const hash = assumeValid === undefined ? undefined : decodeDisplayHash<BlockHash>(assumeValid)
  const assumed = hash?.ok === true ? tree.get(hash.value) : undefined
  if (assumed?.ancestor(node.height) !== node) return true
  const best = tree.bestHeader
  if (best.ancestor(node.height) !== node || best.chainWork < minimumChainWork) return true
  const work = { from: node.chainWork, to: best.chainWork }
  return computeEquivalentTime(work, best.bits, powTargetSpacing) <= TWO_WEEKS
}
