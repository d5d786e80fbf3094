import type { StoreOp } from '@ply/ports'
import type { BlockHash } from '@ply/primitives'
import { encodeBlockIndexEntry, indexEntryOf } from '../headerTree/blockIndexEntry.ts'
import type { BlockNode } from '../headerTree/blockNode.ts'
import { blockIndexKey, TIP_KEY } from './keys.ts'

/** Writes what the tree knows about `nodes` (its `takeDirty()`). */
export function createIndexOps(nodes: readonly BlockNode[]): StoreOp[] {
  return nodes.map((node) => ({
    type: 'put',
    key: blockIndexKey(node.hash),
    value: encodeBlockIndexEntry(indexEntryOf(node)),
  }))
}

/** Names the block that the coins of the same batch stand for. */
export const createTipOp = (hash: BlockHash): StoreOp => ({ type: 'put', key: TIP_KEY, value: hash })
