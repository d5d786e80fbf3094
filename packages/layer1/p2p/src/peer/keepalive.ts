import type { Network } from './network.ts'
import type { Peer } from './peer.ts'

const PING_INTERVAL = 2 * 60_000
/** No pong, no byte received or none sent for this long. */
const SILENCE = 20 * 60_000
const HANDSHAKE_TIMEOUT = 60_000

export function sendPing(network: Network, peer: Peer): void {
  // Zero would be mistaken for "none under way" by some.
  const nonce = network.randomU64() | 1n
  peer.pingNonce = nonce
  peer.pingSentAt = network.now
  network.send(peer, { command: 'ping', nonce })
}

/** A pong that does not belong to the ping under way changes nothing, unless it shows that none will. */
export function receivePong(network: Network, peer: Peer, nonce: bigint | undefined, length: number): void {
  const problem = findProblem(peer, nonce)
  if (problem !== undefined) {
    const expected = `${(peer.pingNonce ?? 0n).toString(16)} expected, ${(nonce ?? 0n).toString(16)} received`
    network.log(`pong peer=${peer.id}: ${problem}, ${expected}, ${length} bytes`)
  }
  if (peer.pingNonce === undefined) return
  if (nonce === peer.pingNonce) {
    const time = Math.max(0, network.now - peer.pingSentAt)
    peer.pingTime = time
    peer.minPingTime = Math.min(peer.minPingTime ?? Infinity, time)
  } else if (nonce !== undefined && nonce !== 0n) {
    // Normal where pings overlap.
    return
  }
  peer.pingNonce = undefined
}

function findProblem(peer: Peer, nonce: bigint | undefined): string | undefined {
  if (nonce === undefined) return 'Short payload'
  if (peer.pingNonce === undefined) return 'Unsolicited pong without ping'
  if (nonce === peer.pingNonce) return undefined
  return nonce === 0n ? 'Nonce zero' : 'Nonce mismatch'
}

/** Pings and timeouts. Violations: `handshake-timeout`, `inactivity-timeout`, `ping-timeout`. True if it ended. */
export function keepAlive(network: Network, peer: Peer): boolean {
  const { now } = network
  if (!peer.ready) {
    return now - peer.connectedAt > HANDSHAKE_TIMEOUT && network.misbehaved(peer, 'handshake-timeout')
  }
  if (now - peer.lastReceivedAt > SILENCE || now - peer.lastSentAt > SILENCE) {
    return network.misbehaved(peer, 'inactivity-timeout')
  }
  if (peer.pingNonce !== undefined) {
    const waited = now - peer.pingSentAt
    return waited > SILENCE && network.misbehaved(peer, 'ping-timeout', `ping timeout: ${(waited / 1000).toFixed(6)}s`)
  }
  if (now - peer.pingSentAt > PING_INTERVAL) sendPing(network, peer)
  return false
}
