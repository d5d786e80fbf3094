import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { NODE_BLOOM } from '../protocol.ts'

/**
 * BIP 35: only for those who may use filters, or may ask for it in particular. Violations `unwanted-mempool-request`,
 * `upload-target-reached`.
 */
export function requestMempool(network: Network, peer: Peer): void {
  const allowed = peer.permissions.has('mempool')
  if ((network.servicesFor(peer) & NODE_BLOOM) === 0n && !allowed) {
    if (peer.noBan) return
    network.misbehaved(peer, 'unwanted-mempool-request', 'mempool request with bloom filters disabled')
  } else if (!allowed && network.upload.state(network.now).reached) {
    if (peer.noBan) return
    network.misbehaved(peer, 'upload-target-reached', 'mempool request with bandwidth limit reached')
  } else {
    peer.wantsMempool = true
  }
}
