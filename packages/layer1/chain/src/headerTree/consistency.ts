import { assert } from '@ply/bytes'
import type { BlockNode } from './blockNode.ts'
import type { HeaderTree } from './headerTree.ts'

function checkNode(node: BlockNode, assumed: BlockNode | undefined): void {
  const { previous } = node
  if (!previous) return
  assert(node.height === previous.height + 1, 'a block has another height than its place')
  assert(node.chainWork > previous.chainWork, 'a block adds no work')
  assert(node.failed || !previous.failed, 'a block on an invalid one is not invalid')
  if (node.chainTransactionCount === 0 || (assumed && node.height <= assumed.height)) return
  assert(previous.chainTransactionCount > 0, 'a block is connectable, and the one before it is not')
  const count = previous.chainTransactionCount + node.transactionCount
  assert(node.chainTransactionCount === count, 'transactions up to a block are miscounted')
}

/**
 * Throws `InvariantError` unless what is known about all blocks holds together (`-checkblockindex`), at a time when no
 * block is on its way into the chain.
 */
export function checkTreeConsistency(tree: HeaderTree): void {
  const { active, assumed } = tree
  let best = tree.genesis
  for (const node of tree.nodes()) {
    checkNode(node, assumed)
    assert(!node.previous || tree.get(node.previous.hash) === node.previous, 'a block follows one that is not known')
    if (!node.failed && node.chainWork > best.chainWork) best = node
  }
  assert(tree.bestHeader.chainWork === best.chainWork && !tree.bestHeader.failed, 'another header has more work')
  for (let height = active.height; height > 0; height--) {
    const node = active.at(height)!
    assert(node.previous === active.at(height - 1), 'the active chain is no chain')
    assert(!node.failed, 'a block of the active chain is invalid')
    if (!assumed || height > assumed.height) {
      assert(node.validity === 'scripts', 'a block of the active chain was not connected')
    }
  }
}
