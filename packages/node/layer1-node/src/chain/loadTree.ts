import {
  BLOCK_INDEX_RANGE,
  type BlockIndexEntry,
  type BlockNode,
  decodeBlockIndexEntry,
  HeaderTree,
  TIP_KEY,
} from '@ply/chain'
import type { BlockHash } from '@ply/primitives'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ChainManagerFields } from './chainManager.ts'

/** `T`: the tip of the best chain when the index was last written; the coins may lag behind it. */
export const TIP_HINT_KEY = Uint8Array.of(0x54)

/** The header tree as it was written, and the tip that was active then. */
export async function loadTree({
  parameters,
  store,
  blocks,
}: Pick<ChainManagerFields, 'parameters' | 'store' | 'blocks'>): Promise<{
  tree: HeaderTree
  lastTip: BlockNode | undefined
}> {
  const entries: BlockIndexEntry[] = []
  for await (const [, value] of store.iterate(BLOCK_INDEX_RANGE)) {
    const entry = decodeBlockIndexEntry(value)
    if (!entry.ok) throw new DamagedDataError(`the block index cannot be read: ${entry.error.message}`)
    // A power cut may keep the index entry of a block and lose the block: it is asked for again.
    const kept = blocks.has(entry.value.data, entry.value.undo)
    const { data, undo } = entry.value
    entries.push({ ...entry.value, data: kept.block ? data : undefined, undo: kept.undo ? undo : undefined })
  }
  const tip = (await store.get(TIP_KEY)) as BlockHash | undefined
  const restored = HeaderTree.restore(parameters, entries, tip)
  if (!restored.ok) throw new DamagedDataError(`the block index does not hold together: ${restored.error.message}`)
  const hint = (await store.get(TIP_HINT_KEY)) as BlockHash | undefined
  return { tree: restored.value, lastTip: hint && restored.value.get(hint) }
}
