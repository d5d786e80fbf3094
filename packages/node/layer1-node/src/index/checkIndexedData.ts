import type { BlockNode } from '@ply/chain'
import type { ChainManager } from '../chain/chainManager.ts'
import type { ChainIndex, IndexSync } from './indexSync.ts'

/** An index cannot catch up: blocks that it has not seen were deleted. */
export class IndexDataError extends Error {
  override readonly name = 'IndexDataError'
  constructor(index: string) {
    super(
      `${index} best block of the index goes beyond pruned data (including undo data). Please disable the index or reindex (which will download the whole blockchain again)`,
    )
  }
}

/** An index, and how far it is. */
type OpenedIndex = Pick<ChainIndex, 'name'> & { readonly sync: Pick<IndexSync, 'best' | 'fork'> }

const hasData = ({ data, undo, height }: BlockNode): boolean =>
  data !== undefined && (undo !== undefined || height === 0)

/** Throws {@link IndexDataError} unless every block is there from the one on where the index furthest behind ended. */
export function checkIndexedData(chain: Pick<ChainManager, 'history' | 'tip'>, indexes: readonly OpenedIndex[]): void {
  // What was not checked yet is still to come.
  const { tip } = chain.history ?? chain
  const behind = indexes.filter(({ sync }) => sync.best !== tip)
  const [first] = behind.toSorted((a, b) => a.sync.fork.height - b.sync.fork.height)
  if (!first || tip.height === 0) return
  const { fork } = first.sync
  for (let at: BlockNode | undefined = tip; at && at.height >= fork.height; at = at.previous) {
    if (!hasData(at)) throw new IndexDataError(first.name)
  }
}
