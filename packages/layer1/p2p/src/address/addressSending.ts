import { bigintToBytesLE, concatBytes, utf8ToBytes } from '@ply/bytes'
import { sipHash24 } from '@ply/crypto'
import type { NetAddress } from '../message/netAddress.ts'
import { toMappedIp } from '../message/netAddress.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MAX_ADDRESSES } from '../protocol.ts'
import { serviceKey } from './host.ts'
import { chooseOwnAddress } from './ownAddress.ts'
import { isValidHost } from './routable.ts'
import { formatService } from './text.ts'

/** Mean times between two sendings of addresses to a peer, and of our own. Milliseconds. */
const SEND_INTERVAL = 30_000
const OWN_INTERVAL = 24 * 3_600_000
/** How long an address goes to the same peers. Seconds. */
const ROTATION = 24n * 3600n

/** True if the peer understands the form that the address has. */
const isCompatible = (peer: Peer, { network, address }: NetAddress): boolean =>
  peer.wantsAddrv2 || toMappedIp(network, address) !== undefined

/** Sends addresses, each to few peers and with delay, so that nobody can see from where they came. */
export class AddressSending {
  readonly #network: Network

  constructor(network: Network) {
    this.#network = network
  }

  /** Queues an address for the peer, unless it knows it. */
  push(peer: Peer, address: NetAddress): void {
    const { known, toSend } = peer.addresses
    if (!isValidHost(address) || known.has(serviceKey(address)) || !isCompatible(peer, address)) return
    if (toSend.length < MAX_ADDRESSES) toSend.push(address)
    else toSend[Math.floor(this.#network.randomFraction() * toSend.length)] = address
  }

  /** Passes an address on to one or two peers, which stay the same for a day. */
  relay(from: Peer, address: NetAddress, reachable: boolean): void {
    const { peers, secret, now } = this.#network
    const name = utf8ToBytes(serviceKey(address))
    const hash = sipHash24(new Uint8Array(16), name)
    // Not all addresses change their peers at the same time.
    const turn = (BigInt(Math.floor(now / 1000)) + (hash >> 8n)) / ROTATION
    const rank = (more: Uint8Array): bigint => sipHash24(secret, concatBytes(name, bigintToBytesLE(turn, 8), more))
    const count = reachable || (rank(new Uint8Array(0)) & 1n) === 1n ? 2 : 1
    const candidates = [...peers.values()].filter(
      (peer) => peer !== from && peer.addresses.enabled && isCompatible(peer, address),
    )
    const ranked = candidates.map((peer) => ({ peer, rank: rank(bigintToBytesLE(BigInt(peer.id), 8)) }))
    ranked.sort((a, b) => (a.rank < b.rank ? 1 : -1))
    for (const { peer } of ranked.slice(0, count)) this.push(peer, address)
  }

  /** Sends what is due to the peer. */
  send(peer: Peer): void {
    const { addresses } = peer
    const network = this.#network
    if (!addresses.enabled || !peer.ready) return
    this.#announceOwn(peer)
    if (network.now <= addresses.nextSendAt) return
    addresses.nextSendAt = network.now + network.randomDelay(SEND_INTERVAL)
    const news = addresses.toSend.filter((address) => !addresses.known.has(serviceKey(address)))
    addresses.toSend = []
    for (const address of news) addresses.known.add(serviceKey(address))
    if (news.length > 0) this.#write(peer, news)
  }

  /** Tells the peer our own address, if we have one that others can reach. */
  #announceOwn(peer: Peer): void {
    const { addresses } = peer
    const network = this.#network
    const { listens, services } = network.options
    if (!listens || network.chain.isInitialBlockDownload() || addresses.nextOwnAt >= network.now) return
    const first = addresses.nextOwnAt === 0
    addresses.nextOwnAt = network.now + network.randomDelay(OWN_INTERVAL)
    // What the peer was told a day ago, it may hear again.
    if (!first) addresses.known.clear()
    const ownAddress = chooseOwnAddress(network, peer)
    if (!ownAddress) return
    network.log(`Advertising address ${formatService(ownAddress)} to peer=${peer.id}`)
    const own = { ...ownAddress, services, time: Math.floor(network.now / 1000) }
    // The first time in a message of its own: with more in it, the peer's limit could cut it off.
    if (first && isCompatible(peer, own)) this.#write(peer, [own])
    else this.push(peer, own)
  }

  #write(peer: Peer, addresses: readonly NetAddress[]): void {
    this.#network.send(peer, { command: peer.wantsAddrv2 ? 'addrv2' : 'addr', addresses })
  }
}
