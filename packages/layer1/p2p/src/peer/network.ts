import { bigintFromBytesLE, unreachable } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import type { BlockHeader } from '@ply/primitives'
import type { LogCategory, PeerEffect, PeerId } from '../event.ts'
import { encodeMessage, type Message } from '../message/message.ts'
import type { PeerManagerOptions } from '../options.ts'
import { NODE_BLOOM, NODE_NETWORK, NODE_NETWORK_LIMITED } from '../protocol.ts'
import { omitsPrivately } from '../relay/private/privatePeer.ts'
import type { ChainView, MempoolView } from '../views.ts'
import { MISBEHAVIOR, type Misbehavior } from './misbehavior.ts'
import type { Peer } from './peer.ts'
import { UploadTarget } from './uploadTarget.ts'

/** What the parts of the peer machine share: the peers, the views, the time of this event, the effects so far. */
export class Network {
  readonly chain: ChainView
  readonly mempool: MempoolView
  readonly options: PeerManagerOptions
  readonly entropy: Entropy
  /** Key of what nobody outside may guess. */
  readonly secret: Uint8Array
  readonly upload: UploadTarget
  readonly peers = new Map<PeerId, Peer>()
  /** Time of the event being handled, in milliseconds since the Unix epoch. */
  now = 0
  /** Tells events apart: what was worked out for one holds for it alone. */
  eventNumber = 0
  #effects: PeerEffect[] = []
  #departed: Peer[] = []
  /** Bytes sent to each peer during this event. */
  readonly #burst = new Map<PeerId, number>()

  constructor(fields: Pick<Network, 'chain' | 'mempool' | 'options' | 'entropy'>) {
    this.chain = fields.chain
    this.mempool = fields.mempool
    this.options = fields.options
    this.entropy = fields.entropy
    this.secret = fields.entropy.bytes(16)
    this.upload = new UploadTarget(fields.options.uploadTarget)
  }

  #headersUnderWay = 0

  /**
   * True while the chain takes in headers: they may be in its tree already, and what they mean for the peer that sent
   * them is to be settled before anybody else's message or request goes by them.
   */
  get takesHeaders(): boolean {
    return this.#headersUnderWay > 0
  }

  processHeaders(peer: Peer, headers: readonly BlockHeader[]): void {
    this.#headersUnderWay++
    this.emit({ type: 'process-headers', peer: peer.id, headers })
  }

  /** The chain's verdict has come, be the peer still there or not. */
  headersProcessed(): void {
    this.#headersUnderWay--
  }

  emit(effect: PeerEffect): void {
    this.#effects.push(effect)
  }

  takeEffects(): PeerEffect[] {
    const effects = this.#effects
    this.#effects = []
    this.#burst.clear()
    this.eventNumber++
    return effects
  }

  send(peer: Peer, message: Message): void {
    this.sendPayload(peer, message.command, encodeMessage(message))
  }

  /** Sends a payload that is already encoded. */
  sendPayload(peer: Peer, command: string, payload: Uint8Array): void {
    if (!this.peers.has(peer.id)) return
    if (peer.kind === 'private-broadcast' && omitsPrivately(this, peer, command)) return
    this.log(`sending ${command} (${payload.length} bytes) peer=${peer.id}`)
    this.#burst.set(peer.id, (this.#burst.get(peer.id) ?? 0) + payload.length)
    peer.transport.send(command, payload)
    this.flush(peer)
  }

  /** Sends what the peer's transport has ready. */
  flush(peer: Peer): void {
    for (const output of peer.transport.takeOutput()) {
      const { command, bytes } = output
      if (command === '' && peer.totalSent === 0) this.log(`start sending v2 handshake to peer=${peer.id}`)
      peer.lastSentAt = this.now
      peer.totalSent += bytes.length
      if (command !== '') peer.bytesSent.set(command, (peer.bytesSent.get(command) ?? 0) + bytes.length)
      this.upload.record(bytes.length, this.now)
      this.emit({ type: 'send', peer: peer.id, ...output })
    }
  }

  /**
   * True if more may be sent to the peer now. What it asks for beyond waits until its buffer has drained: a peer that
   * asks much and reads nothing must not fill our memory.
   */
  hasRoom(peer: Peer): boolean {
    return peer.writable && (this.#burst.get(peer.id) ?? 0) <= this.options.sendBuffer
  }

  /** What we do for peers: while old blocks are missing, only the last ones are served. */
  get services(): bigint {
    const { services } = this.options
    return this.chain.uncheckedHistory() ? (services & ~NODE_NETWORK) | NODE_NETWORK_LIMITED : services
  }

  /** What the peer is told that we do for it: some may do more than others. */
  servicesFor(peer: Peer): bigint {
    return this.services | (peer.permissions.has('bloomfilter') ? NODE_BLOOM : 0n)
  }

  /** True if the peer was told that we want no transactions from it. */
  refusesTransactions(peer: Peer): boolean {
    if (peer.kind === 'block-relay-only' || peer.kind === 'feeler') return true
    return !this.options.relayTransactions && !peer.permissions.has('relay')
  }

  /** How the log names the peer. */
  describe({ id, address }: Peer): string {
    return `peer=${id}${this.options.logAddresses ? `, peeraddr=${address}` : ''}`
  }

  log(text: string, category: LogCategory = 'net'): void {
    this.emit({ type: 'log', level: 'debug', category, text })
  }

  /** Tells every operator. */
  tell(text: string, level: 'info' | 'warn' = 'info'): void {
    this.emit({ type: 'log', level, category: undefined, text })
  }

  /** Charges the violation's cost and logs it, in the words of `text` if given. True if the connection ended. */
  misbehaved(peer: Peer, violation: Misbehavior, text?: string): boolean {
    const words = text ?? violation
    const cost = MISBEHAVIOR[violation]
    switch (cost) {
      case 'ignore':
        this.log(words)
        return false
      case 'disconnect':
        this.log(`${words}, disconnecting ${this.describe(peer)}`)
        this.disconnect(peer, violation)
        return true
      case 'discourage':
        return this.#discourage(peer, violation, words)
      default:
        return unreachable(cost)
    }
  }

  #discourage(peer: Peer, violation: Misbehavior, words: string): boolean {
    this.log(`Misbehaving: peer=${peer.id}: ${words}`)
    if (peer.noBan || peer.kind === 'manual') {
      this.tell(`Not punishing ${peer.noBan ? 'noban' : 'manually connected'} peer ${peer.id}!`, 'warn')
      return false
    }
    this.disconnect(peer, violation, true)
    return true
  }

  disconnect(peer: Peer, reason: string, discourage = false): void {
    if (!this.peers.has(peer.id)) return
    this.gone(peer)
    this.emit({ type: 'disconnect', peer: peer.id, reason, discourage })
  }

  /** Forgets a peer whose connection ended. */
  gone(peer: Peer): void {
    this.peers.delete(peer.id)
    this.#departed.push(peer)
    // Told at the end: while it lasts, nobody can learn from the book whom we are connected to.
    const told = peer.takesPart && !peer.inbound && peer.kind !== 'block-relay-only'
    if (told && peer.host) this.options.book?.connected(peer.host, Math.floor(this.now / 1000))
    this.log(`Cleared nodestate for peer=${peer.id}`)
    if (peer.kind === 'private-broadcast') this.options.privateBroadcast?.ended(peer.id)
    const { totalReceived, totalSent } = peer
    this.emit({ type: 'peer-gone', peer: peer.id, totalReceived, totalSent })
    if (!peer.transport.retryWithV1) return
    this.log(`retrying with v1 transport protocol for peer=${peer.id}`)
    this.emit({ type: 'retry-with-v1', peer: peer.id, address: peer.address, kind: peer.kind })
  }

  /** Peers that are gone since this was called last. */
  takeDeparted(): readonly Peer[] {
    const departed = this.#departed
    this.#departed = []
    return departed
  }

  /** In random order. */
  shuffled<T>(items: readonly T[]): T[] {
    const shuffled = [...items]
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = Math.floor(this.randomFraction() * (last + 1))
      const item = shuffled[last]!
      shuffled[last] = shuffled[other]!
      shuffled[other] = item
    }
    return shuffled
  }

  randomU64(): bigint {
    return bigintFromBytesLE(this.entropy.bytes(8))
  }

  /** Uniform in [0, 1). */
  randomFraction(): number {
    return Number(this.randomU64() >> 11n) / 2 ** 53
  }

  /** Exponentially distributed delay with this mean: what comes next cannot be guessed from what came before. */
  randomDelay(mean: number): number {
    return mean === 0 ? 0 : -Math.log(1 - this.randomFraction()) * mean
  }
}
