import type { BlockHash } from '@ply/primitives'
import type { BlockNode } from './blockNode.ts'
import type { HeaderTree } from './headerTree.ts'

/** Hashes that tell a peer where we are: the last ten blocks, then with doubling steps back to genesis. */
export function createLocator(tip: BlockNode): BlockHash[] {
  const hashes: BlockHash[] = []
  let step = 1
  for (let at: BlockNode | undefined = tip; at !== undefined;) {
    hashes.push(at.hash)
    if (at.height === 0) break
    at = at.ancestor(Math.max(at.height - step, 0))
    if (hashes.length > 10) step *= 2
  }
  return hashes
}

/**
 * The last block of the active chain that a peer's locator shows it to have: its first hash that we know and that is on
 * our chain or leads on from our tip. Genesis where nothing else is common.
 */
export function findLocatorFork(hashes: readonly BlockHash[], tree: HeaderTree): BlockNode {
  const { active, genesis } = tree
  for (const hash of hashes) {
    const node = tree.get(hash)
    if (node === undefined) continue
    if (active.contains(node)) return node
    if (active.tip !== undefined && node.ancestor(active.height) === active.tip) return active.tip
  }
  return genesis
}
