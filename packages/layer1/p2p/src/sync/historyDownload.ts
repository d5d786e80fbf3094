import type { BlockHash } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import type { HeaderEntry } from '../views.ts'
import { ascend, isAncestor, lastCommonAncestor } from './locator.ts'

interface Wanted {
  readonly count: number
  /** How far ahead of what was checked. */
  readonly window: number
  /** True for a block that is on its way. */
  isExpected(hash: BlockHash): boolean
}

/** The next blocks of the history under coins that came from somewhere else, for a peer that has all of it; oldest first. */
export function nextHistory({ chain }: Network, peer: Peer, wanted: Wanted): HeaderEntry[] {
  const history = chain.uncheckedHistory()
  if (!history || !peer.bestKnown || !peer.servesWitnesses || peer.servesOnlyRecentBlocks) return []
  const { tip, target } = history
  if (!isAncestor(chain, target, peer.bestKnown)) return []
  const fork = lastCommonAncestor(chain, tip, target)
  const blocks: HeaderEntry[] = []
  for (const entry of ascend(chain, target, { from: fork.height + 1, to: fork.height + wanted.window })) {
    if (blocks.length >= wanted.count || chain.isInvalid(entry.hash)) break
    if (!chain.hasBlock(entry.hash) && !wanted.isExpected(entry.hash)) blocks.push(entry)
  }
  return blocks
}
