import { MAX_MONEY } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { FEEFILTER_VERSION } from '../protocol.ts'

const INTERVAL = 10 * 60_000
/** A change by more than a third is told within this time. */
const CHANGE_DELAY = 5 * 60_000

/** BIP 133: tells the peer the lowest feerate that we take; in initial download that no transaction is wanted. */
export function sendFeeFilter(network: Network, peer: Peer): void {
  const { chain, mempool, now, options } = network
  if (!peer.ready || !options.relayTransactions || peer.kind === 'block-relay-only') return
  if (peer.version < FEEFILTER_VERSION) return
  const feeRate = chain.isInitialBlockDownload() ? MAX_MONEY : mempool.minFeeRate()
  const sent = peer.feeFilterSent
  const leftDownload = sent === MAX_MONEY && feeRate !== MAX_MONEY
  if (sent === undefined || leftDownload || now >= peer.nextFeeFilterAt) {
    if (sent !== feeRate) network.send(peer, { command: 'feefilter', feeRate })
    peer.feeFilterSent = feeRate
    peer.nextFeeFilterAt = now + network.randomDelay(INTERVAL)
    return
  }
  const changed = feeRate * 4n < sent * 3n || feeRate * 3n > sent * 4n
  if (changed && now + CHANGE_DELAY < peer.nextFeeFilterAt) {
    peer.nextFeeFilterAt = now + network.randomFraction() * CHANGE_DELAY
  }
}
