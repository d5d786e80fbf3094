import { checkPrivateLifetime, confirmPrivately } from '../relay/private/privatePeer.ts'
import type { Network } from './network.ts'
import type { Peer } from './peer.ts'
import { sendPing } from './sendPing.ts'

const PING_INTERVAL = 2 * 60_000
/** No pong, no byte received or none sent for this long. */
const SILENCE = 20 * 60_000

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
    if (peer.kind === 'private-broadcast') confirmPrivately(network, peer)
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

/** How long an `addr-fetch` may take: ten times the mean delay of an answer. */
const FETCH_TIMEOUT = 10 * 30_000

/**
 * Pings and timeouts; the ones of silence only for connections older than `peerTimeout`. Violations:
 * `inactivity-timeout`, `handshake-timeout`, `ping-timeout`, `fetch-timeout`. True if the connection ended.
 */
export function keepAlive(network: Network, peer: Peer): boolean {
  const { now, options } = network
  const judged = peer.connectedAt + options.peerTimeout < now
  if (judged && checkActivity(network, peer)) return true
  if (!peer.ready) return false
  if (peer.kind === 'private-broadcast') return checkPrivateLifetime(network, peer)
  if (peer.pingNonce !== undefined) {
    const waited = now - peer.pingSentAt
    if (!judged || waited <= SILENCE) return checkFetch(network, peer)
    return network.misbehaved(peer, 'ping-timeout', `ping timeout: ${(waited / 1000).toFixed(6)}s`)
  }
  if (now - peer.pingSentAt > PING_INTERVAL) sendPing(network, peer)
  return checkFetch(network, peer)
}

function checkFetch(network: Network, peer: Peer): boolean {
  const late = peer.kind === 'addr-fetch' && network.now - peer.connectedAt > FETCH_TIMEOUT
  return late && network.misbehaved(peer, 'fetch-timeout', 'addrfetch connection timeout')
}

function checkActivity(network: Network, peer: Peer): boolean {
  const { now } = network
  const never = [
    ...(peer.lastReceivedAt === 0 ? [', never received from peer'] : []),
    ...(peer.lastSentAt === 0 ? [', never sent to peer'] : []),
  ].join('')
  if (never !== '') {
    const first = Math.floor(network.options.peerTimeout / 1000)
    return network.misbehaved(peer, 'inactivity-timeout', `socket no message in first ${first} seconds${never}`)
  }
  for (const [what, last] of [
    ['sending', peer.lastSentAt],
    ['receive', peer.lastReceivedAt],
  ] as const) {
    const silence = now - last
    if (silence <= SILENCE) continue
    return network.misbehaved(peer, 'inactivity-timeout', `socket ${what} timeout: ${Math.floor(silence / 1000)}s`)
  }
  if (peer.ready) return false
  const handshake = peer.transport.protocol === 'detecting' ? 'V2' : 'version'
  return network.misbehaved(peer, 'handshake-timeout', `${handshake} handshake timeout`)
}
