import { hexToBytes } from '@ply/bytes'
import { isPublicKey } from '@ply/crypto'
import type { NetworkAddress, NodeEvent, PeerId } from '@ply/lightning'
import type { Clock, Connection, Entropy, Listener, Logger, Transport } from '@ply/ports'
import { createInitiator, createResponder, type Handshake } from '@ply/transport'
import { PeerConnection } from './peerConnection.ts'

export interface PeerHubOptions {
  readonly transport: Transport
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly nodeId: PeerId
  readonly nodeSecret: Uint8Array
  /** True for a peer that shall get through however many strangers there are. */
  isKnown(peer: PeerId): boolean
  /** Most strangers that may be connected at once; 250 if missing. */
  readonly maxInbound?: number
  /** Hands an event to the machine; resolves when it was dealt with. */
  post(event: NodeEvent): Promise<void>
}

const CONNECT_TIMEOUT_MS = 10_000
const HANDSHAKE_TIMEOUT_MS = 15_000
/** Messages of one peer that may wait for the machine before its socket is no longer read. */
const MAX_WAITING = 256
/** Two connections made at the same time by both sides: within this time they count as such. */
const CROSSING_MS = 5_000
const MAX_INBOUND_HANDSHAKES = 64
/** Peers that called us, at once; those beyond are turned away unless we share a channel with them. */
const MAX_INBOUND_PEERS = 250

interface Peer {
  readonly connection: PeerConnection
  readonly since: number
  waiting: number
}

/** All connections of the node: dials, accepts, and keeps one per peer. */
export class PeerHub {
  readonly #options: PeerHubOptions
  readonly #peers = new Map<PeerId, Peer>()
  /** Addresses of those who are being called, tried or still to be tried. */
  readonly #dialing = new Map<PeerId, Set<NetworkAddress>>()
  readonly #handshaking = new Set<PeerConnection>()
  readonly #listeners: Listener[] = []
  #stopped = false

  constructor(options: PeerHubOptions) {
    this.#options = options
  }

  /** Accepts connections at `host:port`; resolves with the address bound. */
  async listen(address: NetworkAddress): Promise<NetworkAddress> {
    const { transport, entropy, nodeSecret } = this.#options
    const listener = await transport.listen(address, (connection) => {
      if (this.#stopped || this.#handshaking.size >= MAX_INBOUND_HANDSHAKES) {
        connection.close()
        return
      }
      const handshake = createResponder({ localStaticSecret: nodeSecret, ephemeralSecret: entropy.bytes(32) })
      this.#shakeHands(connection, handshake, { outbound: false })
    })
    this.#listeners.push(listener)
    return listener.address
  }

  get listening(): readonly NetworkAddress[] {
    return this.#listeners.map((listener) => listener.address)
  }

  /**
   * Tries the addresses in order, once. A failure of all of them is reported as a lost connection. A peer that is being
   * called already is tried at the new ones as well: the old ones may lead nowhere.
   */
  async dial(peer: PeerId, addresses: readonly NetworkAddress[]): Promise<void> {
    if (this.#peers.has(peer)) return
    const dialing = this.#dialing.get(peer)
    if (dialing) {
      for (const address of addresses) dialing.add(address)
      return
    }
    const { transport, entropy, logger, nodeSecret, post } = this.#options
    const remoteStaticKey = hexToBytes(peer)
    if (!isPublicKey(remoteStaticKey)) {
      void post({ type: 'peer-disconnected', peer })
      return
    }
    const toTry = new Set(addresses)
    this.#dialing.set(peer, toTry)
    try {
      // What is added while it runs is gone through as well.
      for (const address of toTry) {
        try {
          const connection = await transport.connect(address, CONNECT_TIMEOUT_MS)
          if (this.#stopped) {
            connection.close()
            return
          }
          const ephemeralSecret = entropy.bytes(32)
          const handshake = createInitiator({ localStaticSecret: nodeSecret, ephemeralSecret, remoteStaticKey })
          if (await this.#shakeHands(connection, handshake, { outbound: true, address })) return
        } catch (error) {
          logger.log('debug', 'could not connect', { peer, address, error })
        }
      }
    } finally {
      this.#dialing.delete(peer)
    }
    if (!this.#peers.has(peer) && !this.#stopped) void post({ type: 'peer-disconnected', peer })
  }

  isConnected(peer: PeerId): boolean {
    return this.#peers.has(peer)
  }

  send(peer: PeerId, bytes: Uint8Array): void {
    this.#peers.get(peer)?.connection.send(bytes)
  }

  disconnect(peer: PeerId, reason: string): void {
    this.#peers.get(peer)?.connection.close(reason)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const { connection } of this.#peers.values()) connection.close('stopping')
    for (const connection of this.#handshaking) connection.close('stopping')
    await Promise.all(this.#listeners.map((listener) => listener.close()))
  }

  /** True once established; false if the connection ended before. */
  #shakeHands(
    raw: Connection,
    handshake: Handshake,
    { outbound, address }: { readonly outbound: boolean; readonly address?: NetworkAddress },
  ): Promise<boolean> {
    return new Promise((resolve) => {
      let peer: PeerId | undefined
      const connection = new PeerConnection(raw, handshake, {
        outbound,
        handlers: {
          established: (id) => {
            peer = id
            cancel()
            this.#handshaking.delete(connection)
            this.#established(id, connection, address)
            resolve(true)
          },
          message: (bytes) => {
            if (peer !== undefined) this.#message(peer, connection, bytes)
          },
          closed: (reason) => {
            cancel()
            this.#handshaking.delete(connection)
            this.#options.logger.log('debug', 'connection closed', { peer, address: connection.address, reason })
            if (peer !== undefined) this.#closed(peer, connection)
            resolve(peer !== undefined)
          },
        },
      })
      const cancel = this.#options.clock.schedule(HANDSHAKE_TIMEOUT_MS, () => {
        connection.close('handshake timed out')
      })
      this.#handshaking.add(connection)
      connection.start()
    })
  }

  #established(peer: PeerId, connection: PeerConnection, address: NetworkAddress | undefined): void {
    const { clock, nodeId, post } = this.#options
    const now = clock.now()
    const existing = this.#peers.get(peer)
    if (existing) {
      // Both dialled at once: both sides keep the connection that the smaller node id opened.
      const crossing = existing.connection.outbound !== connection.outbound && now - existing.since < CROSSING_MS
      const keepOutbound = nodeId < peer
      if (crossing && existing.connection.outbound === keepOutbound) {
        connection.close('already connected')
        return
      }
      this.#peers.delete(peer)
      existing.connection.close('replaced by a newer connection')
    } else if (!connection.outbound && this.#isFull() && !this.#options.isKnown(peer)) {
      connection.close('too many connections')
      return
    }
    this.#peers.set(peer, { connection, since: now, waiting: 0 })
    void post({
      type: 'peer-connected',
      peer,
      outbound: connection.outbound,
      ...(address === undefined ? {} : { address }),
    })
  }

  #isFull(): boolean {
    const { maxInbound = MAX_INBOUND_PEERS } = this.#options
    return [...this.#peers.values()].filter(({ connection }) => !connection.outbound).length >= maxInbound
  }

  #message(peer: PeerId, connection: PeerConnection, bytes: Uint8Array): void {
    const entry = this.#peers.get(peer)
    if (entry?.connection !== connection) return
    entry.waiting++
    if (entry.waiting === MAX_WAITING) connection.pause()
    void this.#options.post({ type: 'peer-message', peer, bytes }).then(() => {
      entry.waiting--
      if (entry.waiting === MAX_WAITING / 2) connection.resume()
    })
  }

  #closed(peer: PeerId, connection: PeerConnection): void {
    if (this.#peers.get(peer)?.connection !== connection) return
    this.#peers.delete(peer)
    if (!this.#stopped) void this.#options.post({ type: 'peer-disconnected', peer })
  }
}
