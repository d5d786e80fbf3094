import type { ActiveChain, BlockNode, HeaderTree } from '@ply/chain'
import type { BlockStore } from '../storage/blockStore.ts'
import type { History } from './history.ts'

/** Blocks below the tip that are never deleted: reorgs need them, and so do peers that catch up. */
export const MIN_BLOCKS_TO_KEEP = 288

/** Bytes that block files may take before the oldest are deleted; `manual` for by RPC alone. */
export type PruneTarget = number | 'manual'

/**
 * Forgets the blocks of files that hold none but those that `mayGo`, oldest first, while all files together are larger than
 * `target` bytes. Returns what to do once the index is written: deleting the files.
 */
export async function forgetOldBlocks(
  tree: HeaderTree,
  blocks: BlockStore,
  { mayGo, target }: { readonly mayGo: (node: BlockNode) => boolean; readonly target: number },
): Promise<(() => Promise<void>) | undefined> {
  const nodes = [...tree.nodes()].filter((node) => node.data)
  const inUse = new Set(nodes.filter((node) => !mayGo(node)).map((node) => node.data!.file))
  const files = await blocks.blockFiles()
  let size = await blocks.size()
  const doomed = new Set<number>()
  for (const each of files) {
    if (size <= target) break
    if (each.current || inUse.has(each.file)) continue
    doomed.add(each.file)
    size -= each.size
  }
  if (doomed.size === 0) return undefined
  for (const node of nodes) if (node.data && doomed.has(node.data.file)) tree.forgetData(node)
  const undoInUse = new Set([...tree.nodes()].flatMap((node) => node.undo?.file ?? []))
  return () => blocks.deleteFiles(doomed, undoInUse)
}

/** The highest block of a chain that is gone or never came, with all before it; undefined if none is. */
export function findPruneHeight(active: ActiveChain): number | undefined {
  let at = active.tip
  while (at && at.height > 0 && at.data && at.undo) at = at.previous
  return at && at.height > 0 ? at.height : undefined
}

/** Blocks are missing, and nothing was said about pruning. The message is Bitcoin Core's. */
export class PrunedError extends Error {
  override readonly name = 'PrunedError'
  constructor() {
    super(
      'You need to rebuild the database using -reindex to go back to unpruned mode.  This will redownload the entire blockchain',
    )
  }
}

/**
 * Throws {@link PrunedError} where blocks are missing. Under coins that came from somewhere else, those of the history so far
 * must be there.
 */
export function checkUnpruned(active: ActiveChain, history: History | undefined): void {
  const missing = findPruneHeight(active) ?? -1
  if (missing > (history?.base.height ?? -1)) throw new PrunedError()
  if (history && findPruneHeight(history.state.active) !== undefined) throw new PrunedError()
}
