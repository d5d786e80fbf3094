import { channelsWith } from '../channels/registry.ts'
import type { Turn } from '../turn.ts'

/** A peer that was silent so long is pinged, and after as long again given up. In seconds. */
const SILENT_AFTER = 60
const PONG_WITHIN = 30
/** Pauses between connection attempts double up to this. */
const MAX_PAUSE = 300
const CONNECT_WITHIN = 30

/** Pings silent peers and hangs up on dead ones (BOLT 1). */
export function pingPeers(turn: Turn): void {
  const { core, env } = turn
  for (const peer of core.peers.values()) {
    if (peer.pingedAt !== undefined) {
      if (env.now >= peer.pingedAt + PONG_WITHIN) turn.effect({ type: 'disconnect', peer: peer.id, reason: 'no pong' })
    } else if (!peer.features) {
      if (env.now >= peer.lastReceivedAt + SILENT_AFTER) {
        turn.effect({ type: 'disconnect', peer: peer.id, reason: 'no init' })
      }
    } else if (env.now >= peer.lastReceivedAt + SILENT_AFTER) {
      core.peers.set(peer.id, { ...peer, pingedAt: env.now })
      turn.send(peer.id, { type: 'ping', numPongBytes: 1, ignored: new Uint8Array(0) })
    }
  }
}

/** Asks for connections to peers that are wanted, or with which there are channels; with growing pauses. */
export function reconnectPeers(turn: Turn): void {
  const { core, env } = turn
  for (const [peer, { addresses, wanted }] of core.peerRecords) {
    if (core.peers.has(peer) || addresses.length === 0) continue
    if (!wanted && channelsWith(core, peer).length === 0) continue
    const { at, failures } = core.reconnects.get(peer) ?? { at: env.now, failures: 0 }
    if (env.now < at) continue
    const pause = Math.min(MAX_PAUSE, 2 ** failures)
    core.reconnects.set(peer, { at: env.now + pause, failures: Math.min(failures + 1, 20) })
    turn.effect({ type: 'connect', peer, addresses })
  }
}

/** Tells users whose connections did not come about. */
export function expireConnectRequests(turn: Turn): void {
  const { core, env } = turn
  for (const [peer, requests] of core.connectRequests) {
    const open = requests.filter(({ deadline }) => deadline > env.now)
    for (const { requestId, deadline } of requests) {
      if (deadline <= env.now) turn.refuse(requestId, 'connect-failed', `no connection in ${CONNECT_WITHIN} seconds`)
    }
    if (open.length > 0) core.connectRequests.set(peer, open)
    else core.connectRequests.delete(peer)
  }
}

export const connectDeadline = (now: number): number => now + CONNECT_WITHIN
