import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import type { Service } from './host.ts'
import { LOCAL_SCORE } from './localAddresses.ts'
import { isRoutable } from './routable.ts'

/** How often, out of so many times, a peer hears of us what it told us: less where we are surer than the operator. */
const ODDS = 2
const ODDS_WHEN_SURE = 8

/** Where a peer says that it sees us, if that may help. */
function asSeen({ options: { localAddresses, isReachable } }: Network, peer: Peer): Service | undefined {
  const { seenAs } = peer.addresses
  if (localAddresses?.discovers !== true || !seenAs || !peer.host) return undefined
  const useful = isRoutable(peer.host) && isRoutable(seenAs) && isReachable(seenAs.network)
  return useful ? seenAs : undefined
}

/** The address under which we present ourselves to a peer; undefined if there is none. */
export function chooseOwnAddress(network: Network, peer: Peer): Service | undefined {
  const { localAddresses, listenPort } = network.options
  const best = localAddresses?.bestFor(peer)
  const seen = asSeen(network, peer)
  if (!seen) return best?.service
  const odds = best && best.score > LOCAL_SCORE.named ? ODDS_WHEN_SURE : ODDS
  if (best && Math.floor(network.randomFraction() * odds) !== 0) return best.service
  // Which port we listen on, only who came to it can see.
  return peer.inbound ? seen : { ...seen, port: best?.service.port ?? listenPort }
}
