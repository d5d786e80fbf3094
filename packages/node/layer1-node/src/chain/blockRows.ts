import type { HeaderTree } from '@ply/chain'
import type { BlockRow } from '../storage/blockStore.ts'

/** The rows of block files that were in use, where blocks from a height on lie apart from those below. */
export function findRows(tree: HeaderTree, height: number): BlockRow[] {
  return [height, 0].map((from, i) => {
    let file: number | undefined
    for (const node of tree.nodes()) {
      const isHigh = node.height >= height
      if (node.data && isHigh === (i === 0)) file = Math.max(file ?? 0, node.data.file)
    }
    return { from, file }
  })
}
