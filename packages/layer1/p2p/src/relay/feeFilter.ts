import { MAX_MONEY } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { FEEFILTER_VERSION } from '../protocol.ts'
import { FeeRounder } from './feeRounder.ts'

const INTERVAL = 10 * 60_000
/** A change by more than a third is told within this time. */
const CHANGE_DELAY = 5 * 60_000
/** What the steps of our filters begin at, whatever the operator asks for: they shall look like everybody's. */
const DEFAULT_MIN_RELAY = 100n

/** BIP 133: tells peers the lowest feerate that we take; in initial download that no transaction is wanted. */
export class FeeFilter {
  readonly #network: Network
  readonly #rounder: FeeRounder
  readonly #nothing: bigint

  constructor(network: Network) {
    this.#network = network
    this.#rounder = new FeeRounder(DEFAULT_MIN_RELAY, () => network.randomFraction())
    this.#nothing = this.#rounder.round(MAX_MONEY)
  }

  /** What a full pool asks for; 0 while there is room for everything that is relayed at all. */
  #poolMinimum(): bigint {
    const { mempool } = this.#network
    const minimum = mempool.minFeeRate()
    return minimum > mempool.minRelayFeeRate() ? minimum : 0n
  }

  send(peer: Peer): void {
    const { chain, mempool, now, options } = this.#network
    if (!peer.ready || !options.relayTransactions || peer.version < FEEFILTER_VERSION) return
    if (peer.kind === 'block-relay-only' || peer.permissions.has('forcerelay')) return
    const feeRate = chain.isInitialBlockDownload() ? MAX_MONEY : this.#poolMinimum()
    const sent = peer.feeFilterSent
    if (feeRate !== MAX_MONEY && sent === this.#nothing) peer.nextFeeFilterAt = 0
    if (now > peer.nextFeeFilterAt) {
      const rounded = this.#rounder.round(feeRate)
      const least = mempool.minRelayFeeRate()
      const filter = rounded > least ? rounded : least
      if (sent !== filter) this.#network.send(peer, { command: 'feefilter', feeRate: filter })
      peer.feeFilterSent = filter
      peer.nextFeeFilterAt = now + this.#network.randomDelay(INTERVAL)
      return
    }
    const before = sent ?? 0n
    const changed = feeRate < (before * 3n) / 4n || feeRate > (before * 4n) / 3n
    if (changed && now + CHANGE_DELAY < peer.nextFeeFilterAt) {
      peer.nextFeeFilterAt = now + this.#network.randomFraction() * CHANGE_DELAY
    }
  }
}
