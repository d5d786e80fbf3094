import type { NetAddress } from '../message/netAddress.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MAX_ADDRESSES, NODE_NETWORK, NODE_NETWORK_LIMITED } from '../protocol.ts'
import { serviceKey } from './host.ts'
import { isRoutable } from './routable.ts'

/** Addresses a peer may send us unasked: one in ten seconds, saved up to 1000. */
const PER_MILLISECOND = 0.1 / 1000
const MINUTE = 60
const DAY = 24 * 60 * MINUTE
/** A time before this is none. */
const LEAST_TIME = 100_000_000
/** Longer messages are answers to `getaddr`, not news. */
const MAX_RELAYED = 10
/** What one peer tells of another counts as so many seconds older. */
const HEARSAY_PENALTY = 2 * 60 * MINUTE

/** Where addresses go on to. */
export interface AddressRelay {
  relay(from: Peer, address: NetAddress, reachable: boolean): void
}

/** Begins gossip with a peer; false on connections that have none. */
export function enableGossip(peer: Peer): boolean {
  if (peer.kind === 'block-relay-only') return false
  peer.addresses.enabled = true
  return true
}

/** Asks a peer that we chose for addresses; its answer is not counted against its allowance. */
export function requestAddresses(network: Network, peer: Peer): void {
  if (peer.inbound || peer.kind === 'feeler' || !enableGossip(peer)) return
  const { addresses } = peer
  addresses.asked = true
  addresses.allowance += MAX_ADDRESSES
  network.send(peer, { command: 'getaddr' })
}

/** True if an address was told within the peer's allowance. */
function takeAllowance(peer: Peer): boolean {
  const { addresses } = peer
  if (addresses.allowance >= 1) {
    addresses.allowance--
    return true
  }
  return peer.permissions.has('addr')
}

function earnAllowance(peer: Peer, now: number): void {
  const { addresses } = peer
  if (addresses.allowance < MAX_ADDRESSES) {
    const earned = Math.max(0, now - addresses.allowanceAt) * PER_MILLISECOND
    addresses.allowance = Math.min(MAX_ADDRESSES, addresses.allowance + earned)
  }
  addresses.allowanceAt = now
}

/** A time that cannot be is replaced by one that will not be told on. */
function plausible(address: NetAddress, now: number): NetAddress {
  const possible = address.time > LEAST_TIME && address.time <= now + 10 * MINUTE
  return possible ? address : { ...address, time: now - 5 * DAY }
}

const servesBlocks = ({ services }: NetAddress): boolean => (services & (NODE_NETWORK | NODE_NETWORK_LIMITED)) !== 0n

/** `addr` and `addrv2`: notes what the peer tells, as far as its allowance goes, and passes news on. */
export function receiveAddresses(
  network: Network,
  peer: Peer,
  { told, relay }: { readonly told: readonly NetAddress[]; readonly relay: AddressRelay },
): void {
  if (!enableGossip(peer)) {
    network.log(`ignoring addr message from ${peer.kind} peer=${peer.id}`)
    return
  }
  const { addresses } = peer
  const { book, isUnwanted, isReachable } = network.options
  const now = Math.floor(network.now / 1000)
  earnAllowance(peer, network.now)
  const kept: NetAddress[] = []
  for (const one of network.shuffled(told)) {
    if (!takeAllowance(peer)) {
      addresses.rateLimited++
      continue
    }
    if (!servesBlocks(one)) continue
    const address = plausible(one, now)
    addresses.known.add(serviceKey(address))
    if (isUnwanted(address)) continue
    addresses.processed++
    const reachable = isReachable(address.network)
    const fresh = address.time > now - 10 * MINUTE && !addresses.asked && told.length <= MAX_RELAYED
    if (fresh && isRoutable(address)) relay.relay(peer, address, reachable)
    if (reachable) kept.push(address)
  }
  const { processed, rateLimited } = addresses
  const counts = `${processed} processed, ${rateLimited} rate-limited`
  network.log(`Received addr: ${told.length} addresses (${counts}) from peer=${peer.id}`)
  if (peer.host) book?.add(kept, peer.host, { now, penalty: HEARSAY_PENALTY })
  if (told.length < MAX_ADDRESSES) addresses.asked = false
  // One alone may be the peer's own.
  if (peer.kind === 'addr-fetch' && told.length > 1) {
    network.log(`addrfetch connection completed, disconnecting peer=${peer.id}`)
    network.disconnect(peer, 'addresses fetched')
  }
}
