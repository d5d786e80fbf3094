import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { NODE_BLOOM } from '../protocol.ts'

/** BIP 35: only for those who may use filters, or may ask for it in particular. Violation `unwanted-mempool-request`. */
export function requestMempool(network: Network, peer: Peer): void {
  if ((network.options.services & NODE_BLOOM) !== 0n || peer.permissions.has('mempool')) {
    peer.wantsMempool = true
  } else if (!peer.noBan) {
    network.misbehaved(peer, 'unwanted-mempool-request', 'mempool request with bloom filters disabled')
  }
}
