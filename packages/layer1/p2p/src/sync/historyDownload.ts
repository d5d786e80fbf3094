import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import type { HeaderEntry } from '../views.ts'
import { type BlockDownload, DOWNLOAD_WINDOW } from './blockDownload.ts'
import { ascend, isAncestor, lastCommonAncestor } from './locator.ts'

interface Wanted {
  readonly count: number
  readonly download: Pick<BlockDownload, 'isExpected'>
}

/** The next blocks of the history under coins that came from somewhere else, for a peer that has all of it; oldest first. */
export function nextHistory({ chain }: Network, peer: Peer, { count, download }: Wanted): HeaderEntry[] {
  const history = chain.uncheckedHistory()
  if (!history || !peer.bestKnown || !peer.servesWitnesses || peer.servesOnlyRecentBlocks) return []
  const { tip, target } = history
  if (!isAncestor(chain, target, peer.bestKnown)) return []
  const fork = lastCommonAncestor(chain, tip, target)
  const blocks: HeaderEntry[] = []
  for (const entry of ascend(chain, target, { from: fork.height + 1, to: fork.height + DOWNLOAD_WINDOW })) {
    if (blocks.length >= count || chain.isInvalid(entry.hash)) break
    if (!chain.hasBlock(entry.hash) && !download.isExpected(entry.hash)) blocks.push(entry)
  }
  return blocks
}
