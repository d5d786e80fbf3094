import type { NetAddress } from '../message/netAddress.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MAX_ADDRESSES } from '../protocol.ts'
import { enableGossip } from './addressGossip.ts'
import { netClass } from './netGroup.ts'

/** Part of all known addresses that one asker learns, in percent. */
const MAX_PERCENT = 23
const HOUR = 3_600_000

interface Response {
  readonly addresses: readonly NetAddress[]
  readonly expiresAt: number
}

/**
 * Answers to `getaddr`. For a day or so all who ask from the same network and at the same address of ours get the same:
 * nobody can copy the book by asking often, nor find out from differences what we learned just now.
 */
export class AddressResponses {
  readonly #network: Network
  readonly #cache = new Map<string, Response>()

  constructor(network: Network) {
    this.#network = network
  }

  /** Only to those who came to us, and once per connection. What goes out waits for the next sending of addresses. */
  answer(peer: Peer, push: (address: NetAddress) => void): void {
    const network = this.#network
    if (!peer.inbound) {
      network.log(`Ignoring "getaddr" from ${peer.kind} connection, peer=${peer.id}`)
      return
    }
    enableGossip(peer)
    if (peer.addresses.answered) {
      network.log(`Ignoring repeated "getaddr". peer=${peer.id}`)
      return
    }
    peer.addresses.answered = true
    peer.addresses.toSend = []
    const addresses = peer.permissions.has('addr') ? this.#choose() : this.#cached(peer)
    for (const address of addresses) push(address)
  }

  #choose(): readonly NetAddress[] {
    const { book, isUnwanted } = this.#network.options
    const query = { count: MAX_ADDRESSES, percent: MAX_PERCENT }
    const chosen = book?.addresses(query, Math.floor(this.#network.now / 1000)) ?? []
    return chosen.filter((address) => !isUnwanted(address))
  }

  #cached(peer: Peer): readonly NetAddress[] {
    const network = this.#network
    const key = `${peer.host ? netClass(peer.host) : ''} ${peer.localAddress}`
    const old = this.#cache.get(key)
    if (old && old.expiresAt >= network.now) return old.addresses
    const addresses = this.#choose()
    const lifetime = (21 + 6 * network.randomFraction()) * HOUR
    this.#cache.set(key, { addresses, expiresAt: network.now + lifetime })
    return addresses
  }
}
