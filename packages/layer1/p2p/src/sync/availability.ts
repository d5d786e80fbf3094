import type { BlockHash } from '@ply/primitives'
import type { Peer } from '../peer/peer.ts'
import type { ChainView, HeaderEntry } from '../views.ts'
import { isAncestor } from './locator.ts'

/** Takes up an announced hash whose header has come meanwhile. */
export function resolveAvailability(chain: ChainView, peer: Peer): void {
  if (!peer.lastUnknown) return
  const entry = chain.header(peer.lastUnknown)
  if (!entry) return
  raiseBestKnown(peer, entry)
  peer.lastUnknown = undefined
}

/** Notes that the peer has the block `hash`. */
export function updateAvailability(chain: ChainView, peer: Peer, hash: BlockHash): void {
  resolveAvailability(chain, peer)
  const entry = chain.header(hash)
  if (entry) raiseBestKnown(peer, entry)
  else peer.lastUnknown = hash
}

function raiseBestKnown(peer: Peer, entry: HeaderEntry): void {
  if (!peer.bestKnown || entry.chainWork >= peer.bestKnown.chainWork) peer.bestKnown = entry
}

/** True if the peer announced this header or one behind it, or got it from us. */
export function peerHasHeader(chain: ChainView, peer: Peer, entry: HeaderEntry): boolean {
  if (peer.bestKnown && isAncestor(chain, entry, peer.bestKnown)) return true
  return peer.bestHeaderSent !== undefined && isAncestor(chain, entry, peer.bestHeaderSent)
}
