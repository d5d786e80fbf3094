import type { NetAddress } from '../message/netAddress.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MAX_ADDRESSES } from '../protocol.ts'

/** Addresses a peer may send us unasked: one in ten seconds, saved up to 1000. */
const PER_MILLISECOND = 0.1 / 1000
/** Part of all known addresses that one asker learns. */
const MAX_PART = 0.23

/** Asks a peer that we chose for addresses; its answer is not counted against its allowance. */
export function requestAddresses(network: Network, peer: Peer): void {
  if (peer.inbound || peer.kind === 'block-relay-only') return
  peer.addressAllowance += MAX_ADDRESSES
  network.send(peer, { command: 'getaddr' })
}

/** Answers `getaddr`: once per connection and only to those who came to us, so that the book cannot be copied. */
export function serveAddresses(network: Network, peer: Peer): void {
  if (!peer.inbound || peer.getaddrAnswered) return
  peer.getaddrAnswered = true
  const known = [...network.options.addresses()]
  const count = Math.min(MAX_ADDRESSES, Math.ceil(known.length * MAX_PART))
  const addresses: NetAddress[] = []
  while (addresses.length < count) {
    const at = Math.floor(network.randomFraction() * known.length)
    addresses.push(...known.splice(at, 1))
  }
  if (addresses.length === 0) return
  network.send(peer, { command: peer.wantsAddrv2 ? 'addrv2' : 'addr', addresses })
}

/** Passes on as many of the gossiped addresses as the peer's allowance covers. */
export function learnAddresses(network: Network, peer: Peer, gossiped: readonly NetAddress[]): void {
  if (peer.kind === 'block-relay-only') return
  const earned = Math.max(0, network.now - peer.addressAllowanceAt) * PER_MILLISECOND
  peer.addressAllowance = Math.min(Math.max(MAX_ADDRESSES, peer.addressAllowance), peer.addressAllowance + earned)
  peer.addressAllowanceAt = network.now
  const addresses = gossiped.slice(0, Math.floor(peer.addressAllowance))
  peer.addressAllowance -= addresses.length
  if (addresses.length > 0) network.emit({ type: 'addresses-learned', peer: peer.id, addresses })
}
