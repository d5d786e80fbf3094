import type { Network } from './network.ts'
import type { Peer } from './peer.ts'

/** Pings, whether or not the last pong came. */
export function sendPing(network: Network, peer: Peer): void {
  // Zero would be mistaken for "none under way" by some.
  const nonce = network.randomU64() | 1n
  peer.pingNonce = nonce
  peer.pingSentAt = network.now
  network.send(peer, { command: 'ping', nonce })
}
