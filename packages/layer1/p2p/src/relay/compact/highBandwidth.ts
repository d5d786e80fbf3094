import type { Network } from '../../peer/network.ts'
import type { Peer } from '../../peer/peer.ts'
import { COMPACT_BLOCK_RELAY } from '../../protocol.ts'

/** BIP 152: so many peers may send us new blocks unasked, in compact form. */
const MOST = 3

/** Chooses the peers that bring new blocks first: the last three from which the next block of the chain came. */
export class HighBandwidthPeers {
  readonly #network: Network
  /** Who brought one longest ago is first. */
  readonly #chosen: Peer[] = []

  constructor(network: Network) {
    this.#network = network
  }

  /** The peer brought the next block of the chain. */
  choose(peer: Peer): void {
    // A pool without transactions puts no block together.
    if (!this.#network.options.relayTransactions || !peer.providesCompact) return
    const at = this.#chosen.indexOf(peer)
    if (at >= 0) {
      this.#chosen.push(...this.#chosen.splice(at, 1))
      return
    }
    if (peer.inbound) this.#keepLastOutbound()
    this.#tell(peer, true)
    this.#chosen.push(peer)
    const [oldest] = this.#chosen
    if (this.#chosen.length <= MOST || !oldest) return
    this.#tell(oldest, false)
    this.#chosen.shift()
  }

  /** Those who come to us must not push out the last one that we chose ourselves. */
  #keepLastOutbound(): void {
    const [oldest, next] = this.#chosen
    if (this.#chosen.length < MOST || !oldest || !next || oldest.inbound) return
    if (this.#chosen.filter((peer) => !peer.inbound).length === 1) this.#chosen.splice(0, 2, next, oldest)
  }

  #tell(peer: Peer, announce: boolean): void {
    this.#network.send(peer, { command: 'sendcmpct', announce: announce ? 1 : 0, version: COMPACT_BLOCK_RELAY })
    peer.announcesCompact = announce
  }

  forget(peer: Peer): void {
    const at = this.#chosen.indexOf(peer)
    if (at >= 0) this.#chosen.splice(at, 1)
  }
}
