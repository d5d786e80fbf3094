import { equalBytes } from '@ply/bytes'
import {
  type ConnectionKind,
  type MempoolView,
  PeerManager,
  type PeerEffect,
  type PeerEvent,
  type PeerId,
} from '@ply/p2p'
import { type Block, type BlockHash, computeBlockHash, REGTEST } from '@ply/primitives'
import { SeededEntropy } from '@ply/testkit'
import { createChainView } from '../../chain/chainView.ts'
import { SimChain, SimDisk } from './simChain.ts'

/** One end of a connection. */
export interface SimSocket {
  readonly peer: PeerId
  readonly kind: ConnectionKind
  readonly remote: SimNode
  /** Carries bytes to the other end, after a while. */
  send(bytes: Uint8Array): void
  close(): void
}

/** What happened to a node beyond its messages. */
export interface SimObserver {
  reorganised?(node: SimNode): void
  /** The node hung up on a peer; `punished` if for a broken rule. */
  hungUp?(node: SimNode, remote: SimNode, reason: string, punished: boolean): void
}

const EMPTY_MEMPOOL: MempoolView = {
  maxTransactionSize: () => 400_000,
  byTxid: () => undefined,
  byWtxid: () => undefined,
  transactions: () => [],
  sequence: () => 1,
  minFeeRate: () => 100n,
  minRelayFeeRate: () => 100n,
}

/** A node of the simulated network: the real peer machine over the real rules, without sockets and files. */
export class SimNode {
  readonly index: number
  readonly #disk = new SimDisk()
  readonly #now: () => number
  readonly #observer: SimObserver
  readonly sockets = new Map<PeerId, SimSocket>()
  #starts = 0
  #chain: SimChain
  #machine: PeerManager
  #running = true

  /** `now` gives milliseconds. */
  constructor(index: number, now: () => number, observer: SimObserver) {
    this.index = index
    this.#now = now
    this.#observer = observer
    this.#chain = this.#openChain()
    this.#machine = this.#createMachine()
  }

  #openChain(): SimChain {
    return new SimChain(this.#disk, () => Math.floor(this.#now() / 1000))
  }

  #createMachine(): PeerManager {
    return new PeerManager({
      chain: createChainView(this.#chain),
      mempool: EMPTY_MEMPOOL,
      entropy: new SeededEntropy(1 + this.index + 1000 * this.#starts++),
      options: { magic: REGTEST.magic, userAgent: `/sim:${this.index}/` },
    })
  }

  get chain(): SimChain {
    return this.#chain
  }
  get running(): boolean {
    return this.#running
  }

  /** Power fails: what was not flushed is gone, and so are all connections. */
  kill(): void {
    this.#running = false
    for (const socket of [...this.sockets.values()]) socket.close()
    this.sockets.clear()
  }

  start(): void {
    this.#running = true
    this.#chain = this.#openChain()
    this.#machine = this.#createMachine()
  }

  connected(socket: SimSocket): void {
    this.sockets.set(socket.peer, socket)
    this.handle({
      type: 'peer-connected',
      peer: socket.peer,
      kind: socket.kind,
      address: `10.0.0.${socket.remote.index}:1`,
    })
  }

  disconnected(peer: PeerId): void {
    if (this.sockets.delete(peer) && this.#running) this.handle({ type: 'peer-disconnected', peer })
  }

  /** Lets the machine work until it asks for nothing more. */
  handle(event: PeerEvent): void {
    const events: PeerEvent[] = [event]
    for (let next = events.shift(); next && this.#running; next = events.shift()) {
      for (const effect of this.#machine.handle(next, this.#now())) events.push(...this.#carryOut(effect))
    }
  }

  #carryOut(effect: PeerEffect): PeerEvent[] {
    switch (effect.type) {
      case 'send':
        this.sockets.get(effect.peer)?.send(effect.bytes)
        return []
      case 'disconnect': {
        const socket = this.sockets.get(effect.peer)
        if (!socket) return []
        this.#observer.hungUp?.(this, socket.remote, effect.reason, effect.discourage)
        this.sockets.delete(effect.peer)
        socket.close()
        return [{ type: 'peer-disconnected', peer: effect.peer }]
      }
      case 'process-headers':
        return [{ type: 'headers-processed', peer: effect.peer, verdict: this.#chain.acceptHeaders(effect.headers) }]
      case 'process-block':
        return this.#processBlock(effect.block, effect.peer)
      case 'load-block': {
        const { peer, hash } = effect
        return [{ type: 'block-loaded', peer, hash, bytes: this.#chain.blockBytes(this.#chain.find(hash)) }]
      }
      default:
        return []
    }
  }

  #processBlock(block: Block, peer: PeerId | undefined): PeerEvent[] {
    const { tip } = this.#chain
    const isNext = equalBytes(block.header.previousBlockHash, tip.hash)
    const { verdict, connected } = this.#chain.acceptBlock(block)
    const events: PeerEvent[] = isNext && verdict.ok ? [{ type: 'block-accepted', block }] : []
    if (peer !== undefined)
      events.push({ type: 'block-processed', peer, hash: computeBlockHash(block.header), verdict })
    for (const each of connected) events.push({ type: 'block-connected', block: each })
    if (this.#chain.tip !== tip) events.push({ type: 'tip-changed' })
    if (this.#chain.tree.active.findFork(tip) !== tip) this.#observer.reorganised?.(this)
    return events
  }

  /** Finds a block on its tip and tells of it. */
  mine(scriptPubKey: Uint8Array): BlockHash {
    const block = this.#chain.mine(scriptPubKey)
    for (const event of this.#processBlock(block, undefined)) this.handle(event)
    return computeBlockHash(block.header)
  }
}
