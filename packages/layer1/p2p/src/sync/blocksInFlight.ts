import { bytesToHex } from '@ply/bytes'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import type { PartialBlock } from '../relay/compact/partialBlock.ts'
import type { HeaderEntry } from '../views.ts'

/** One block asked of one peer. */
export interface BlockRequest {
  readonly peer: Peer
  readonly entry: HeaderEntry
  /** What came of the block in compact form; `failed` if that could not be put together: the whole block is to come. */
  partial: PartialBlock | 'failed' | undefined
}

/** Which blocks were asked of whom. A block may be asked of several peers, in compact form, at once. */
export class BlocksInFlight {
  readonly #network: Network
  /** By block (hex), the oldest request first. */
  readonly #requests = new Map<string, BlockRequest[]>()

  constructor(network: Network) {
    this.#network = network
  }

  /** Requests to all peers. */
  get size(): number {
    let size = 0
    for (const requests of this.#requests.values()) size += requests.length
    return size
  }

  /** How many peers we are downloading from. */
  get sources(): number {
    return new Set([...this.#requests.values()].flatMap((requests) => requests.map(({ peer }) => peer))).size
  }

  of(hash: Uint8Array): readonly BlockRequest[] {
    return this.#requests.get(bytesToHex(hash)) ?? []
  }

  /** Notes that the block is being asked of the peer; the request that is there already if it was before. */
  add(peer: Peer, entry: HeaderEntry): BlockRequest {
    const key = bytesToHex(entry.hash)
    const known = peer.blocksInFlight.get(key)
    if (known) return known
    const request: BlockRequest = { peer, entry, partial: undefined }
    this.#requests.set(key, [...(this.#requests.get(key) ?? []), request])
    if (peer.blocksInFlight.size === 0) peer.downloadingSince = this.#network.now
    peer.blocksInFlight.set(key, request)
    return request
  }

  /** The block is expected no more, from this peer or from any. */
  remove(hash: Uint8Array, from?: Peer): void {
    const key = bytesToHex(hash)
    const kept: BlockRequest[] = []
    for (const request of this.#requests.get(key) ?? []) {
      const { peer } = request
      if (from && peer !== from) {
        kept.push(request)
        continue
      }
      // The clock of the next request starts now if this was the one waited for.
      if (peer.blocksInFlight.keys().next().value === key) {
        peer.downloadingSince = Math.max(peer.downloadingSince, this.#network.now)
      }
      peer.blocksInFlight.delete(key)
      peer.stallingSince = undefined
    }
    if (kept.length > 0) this.#requests.set(key, kept)
    else this.#requests.delete(key)
  }
}
