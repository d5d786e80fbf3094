import { MAX_BLOCK_RELAY_ONLY, MAX_FULL_RELAY } from '../connect/outboundPlanner.ts'
import type { Network } from './network.ts'
import type { Peer } from './peer.ts'

const CHECK_INTERVAL = 45_000
const STALE_CHECK_INTERVAL = 10 * 60_000
/** A peer gets so long to show what it has. */
const MINIMUM_CONNECT_TIME = 30_000
/** Block intervals without a new tip after which something may be wrong. */
const STALE_INTERVALS = 3

/**
 * Connections beyond our number are made now and then, to see whether others know more than ours. Of these and the ones
 * before, the least useful goes. While the tip does not move for long, one more is wanted.
 */
export class ExtraOutbound {
  readonly #network: Network
  #nextCheck = 0
  #nextStaleCheck = 0
  #tipSince = 0
  #staleTip = false

  constructor(network: Network) {
    this.#network = network
  }

  /** One more full-relay peer may know why the tip does not move. */
  get staleTip(): boolean {
    return this.#staleTip
  }

  tipChanged(): void {
    this.#tipSince = this.#network.now
  }

  tick(): void {
    const { now } = this.#network
    if (now < this.#nextCheck) return
    this.#nextCheck = now + CHECK_INTERVAL
    this.#evictBlockRelay()
    this.#evictFullRelay()
    if (now < this.#nextStaleCheck) return
    this.#nextStaleCheck = now + STALE_CHECK_INTERVAL
    const stale = this.#mayBeStale()
    if (stale) {
      const seconds = Math.floor((now - this.#tipSince) / 1000)
      const since = `(last tip update: ${seconds} seconds ago)`
      this.#network.tell(`Potential stale tip detected, will try using extra outbound peer ${since}`)
    }
    this.#staleTip = stale
  }

  #mayBeStale(): boolean {
    const { now, options, peers } = this.#network
    if (this.#tipSince === 0) this.#tipSince = now
    const downloading = [...peers.values()].some((peer) => peer.blocksInFlight.size > 0)
    return now - this.#tipSince > STALE_INTERVALS * options.targetSpacing * 1000 && !downloading
  }

  #ready(kind: Peer['kind']): Peer[] {
    return [...this.#network.peers.values()].filter((peer) => peer.kind === kind && peer.ready)
  }

  /** Of the two youngest the one goes that sent a block longer ago. */
  #evictBlockRelay(): void {
    const all = this.#ready('block-relay-only').sort((a, b) => b.id - a.id)
    const [youngest, next] = all
    if (all.length <= MAX_BLOCK_RELAY_ONLY || !youngest || !next) return
    const worst = youngest.lastBlockAt > next.lastBlockAt ? next : youngest
    this.#evict(worst, 'extra block-relay-only peer')
  }

  /** Who announced a new block longest ago goes, but not the only one in its network, nor a protected one. */
  #evictFullRelay(): void {
    const all = this.#ready('outbound')
    if (all.length <= MAX_FULL_RELAY) return
    const lasting = [...all, ...this.#ready('manual')]
    const replaceable = all.filter((peer) => {
      const sameNetwork = lasting.filter((other) => other.host?.network === peer.host?.network)
      return !peer.protectedFromTimeout && sameNetwork.length > 1
    })
    replaceable.sort((a, b) => a.lastAnnouncementAt - b.lastAnnouncementAt || b.id - a.id)
    const [worst] = replaceable
    if (worst && this.#evict(worst, 'extra outbound peer')) this.#staleTip = false
  }

  #evict(peer: Peer, what: string): boolean {
    const { now } = this.#network
    if (now - peer.connectedAt < MINIMUM_CONNECT_TIME || peer.blocksInFlight.size > 0) return false
    this.#network.log(`disconnecting ${what}=${peer.id}`)
    this.#network.disconnect(peer, what)
    return true
  }
}
