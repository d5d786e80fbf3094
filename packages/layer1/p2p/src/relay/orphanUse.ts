import type { PeerId } from '../event.ts'

/** What each peer may keep waiting whatever others do: the weight of one large transaction. */
export const RESERVED_WEIGHT = 404_000
/** Work that all orphans together may cause: one for each announcement, and one for every ten inputs. */
export const MAX_LATENCY_SCORE = 3000

interface Weighed {
  readonly weight: number
  readonly inputScore: number
}

/** What the orphans of one peer take. */
export interface PeerUse {
  announcements: number
  weight: number
  latency: number
}

/** How far over its share a peer is, by the worse of both measures; at most 1 is within. */
export const scoreOf = ({ latency, weight }: PeerUse, mostLatency: number): number =>
  Math.max(latency / mostLatency, weight / RESERVED_WEIGHT)

/** Counts what orphans take, in all and by peer. Peers without orphans are not counted. */
export class OrphanUse {
  readonly peers = new Map<PeerId, PeerUse>()
  #weight = 0
  #inputScores = 0
  #announcements = 0

  get weight(): number {
    return this.#weight
  }

  get isOver(): boolean {
    const room = RESERVED_WEIGHT * Math.max(1, this.peers.size)
    return this.#announcements + this.#inputScores > MAX_LATENCY_SCORE || this.#weight > room
  }

  addOrphan({ weight, inputScore }: Weighed): void {
    this.#weight += weight
    this.#inputScores += inputScore
  }

  removeOrphan({ weight, inputScore }: Weighed): void {
    this.#weight -= weight
    this.#inputScores -= inputScore
  }

  addAnnouncer(peer: PeerId, { weight, inputScore }: Weighed): void {
    const use = this.peers.get(peer) ?? { announcements: 0, weight: 0, latency: 0 }
    this.peers.set(peer, use)
    use.announcements++
    use.weight += weight
    use.latency += 1 + inputScore
    this.#announcements++
  }

  removeAnnouncer(peer: PeerId, { weight, inputScore }: Weighed): void {
    const use = this.peers.get(peer)
    if (!use) return
    use.announcements--
    use.weight -= weight
    use.latency -= 1 + inputScore
    this.#announcements--
    if (use.announcements === 0) this.peers.delete(peer)
  }
}
