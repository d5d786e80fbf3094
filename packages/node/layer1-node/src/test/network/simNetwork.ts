import { assert, equalBytes } from '@ply/bytes'
import type { ConnectionKind } from '@ply/p2p'
import { REGTEST } from '@ply/primitives'
import { createRandom, type Random } from '@ply/testkit'
import { Adversary } from './adversary.ts'
import { EventQueue } from './eventQueue.ts'
import { SimNode, type SimSocket } from './simNode.ts'

/** Milliseconds. */
const SECOND = 1000
const BLOCK_SPACING = 20 * SECOND
const CHAOS_SPACING = 200 * SECOND
const TICK = 2 * SECOND
const RECONNECT = 10 * SECOND
const WANTED_CONNECTIONS = 3

export interface NetworkOptions {
  readonly honest: number
  readonly adversaries: number
  readonly seed: number
}

/** Honest nodes that mine and relay while power fails, the network falls apart and others send garbage. All seeded. */
export class SimNetwork {
  readonly queue = new EventQueue((REGTEST.genesis.header.time + 3600) * SECOND)
  readonly honest: readonly SimNode[]
  readonly #adversaries: readonly Adversary[]
  readonly #random: Random
  /** How often each kind of thing happened. */
  readonly tally = new Map<string, number>()
  /** Honest nodes that hung up on each other for a broken rule: there must be none. */
  readonly injustices: string[] = []
  /** Which part of the network a node is in; only those in the same one reach each other. */
  #partOf: readonly number[]
  #nextPeer = 1
  #mined = 0
  #calm = false

  constructor({ honest, adversaries, seed }: NetworkOptions) {
    this.#random = createRandom(seed)
    const create = (index: number): SimNode =>
      new SimNode(index, () => this.queue.now, {
        reorganised: () => this.#count('reorg'),
        hungUp: (node, remote, reason, punished) => this.#hungUp(node, remote, reason, punished),
      })
    this.honest = Array.from({ length: honest }, (_, index) => create(index))
    this.#adversaries = Array.from(
      { length: adversaries },
      (_, i) => new Adversary(create(honest + i), createRandom(seed + 1 + i)),
    )
    this.#partOf = this.honest.map(() => 0)
    for (const node of this.#all) this.#every(TICK, () => this.#tick(node))
    for (const node of this.#all) this.#every(RECONNECT, () => this.#keepConnected(node))
    this.#atRandom(BLOCK_SPACING, () => this.#mine())
    this.#atRandom(CHAOS_SPACING, () => this.#disturb())
    this.#atRandom(CHAOS_SPACING / 4, () => this.#annoy())
  }

  get #all(): SimNode[] {
    return [...this.honest, ...this.#adversaries.map(({ node }) => node)]
  }

  #count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1)
  }

  #every(interval: number, run: () => void): void {
    const again = (): void => {
      run()
      this.queue.at(this.queue.now + interval, again)
    }
    this.queue.at(this.queue.now + this.#random.below(interval), again)
  }

  /** At exponentially distributed intervals. */
  #atRandom(mean: number, run: () => void): void {
    const again = (): void => {
      if (!this.#calm) run()
      this.queue.at(this.queue.now - mean * Math.log(1 - this.#random.next()), again)
    }
    this.queue.at(this.queue.now + mean, again)
  }

  #tick(node: SimNode): void {
    if (!node.running) return
    node.handle({ type: 'tick' })
    if (this.#random.chance(0.02)) node.chain.flush()
  }

  #mine(): void {
    const node = this.#random.pick(this.honest)
    if (!node.running) return
    node.mine(Uint8Array.of(0x01, node.index, 0x51))
    this.#mined++
  }

  #areConnected = (a: SimNode, b: SimNode): boolean => [...a.sockets.values()].some(({ remote }) => remote === b)

  #canReach(a: SimNode, b: SimNode): boolean {
    const parts = [a, b].map(({ index }) => this.#partOf[index])
    return a.running && b.running && (parts[0] === undefined || parts[1] === undefined || parts[0] === parts[1])
  }

  #keepConnected(node: SimNode): void {
    const outbound = [...node.sockets.values()].filter(({ kind }) => kind !== 'inbound').length
    if (!node.running || outbound >= WANTED_CONNECTIONS) return
    const others = this.honest.filter((other) => other !== node && !this.#areConnected(node, other))
    const reachable = others.filter((other) => this.#canReach(node, other))
    if (reachable.length > 0) this.#connect(node, this.#random.pick(reachable))
  }

  #connect(from: SimNode, to: SimNode): void {
    const [out, inn] = [this.#nextPeer++, this.#nextPeer++]
    const delay = 5 + this.#random.below(150)
    const socket = (
      near: SimNode,
      remote: SimNode,
      kind: ConnectionKind,
      ends: readonly [number, number],
    ): SimSocket => {
      const [peer, far] = ends
      return {
        peer,
        kind,
        remote,
        send: (bytes) => this.#carry(near, remote, { far, bytes, delay }),
        close: () => this.queue.at(this.queue.now + delay, () => remote.disconnected(far)),
      }
    }
    from.connected(socket(from, to, 'outbound', [out, inn]))
    to.connected(socket(to, from, 'inbound', [inn, out]))
  }

  #carry(from: SimNode, to: SimNode, { far, bytes, delay }: { far: number; bytes: Uint8Array; delay: number }): void {
    const adversary = this.#adversaries.find(({ node }) => node === from)
    for (const each of this.#adversaries) if (!adversary && this.#random.chance(0.05)) each.overhear(bytes)
    const sent = adversary ? adversary.distort(bytes) : bytes
    // The same delay for all: what one end sends arrives in its order.
    this.queue.at(this.queue.now + delay, () => this.#deliver(to, far, sent))
  }

  #deliver(to: SimNode, peer: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && to.sockets.has(peer);) {
      const length = this.#random.chance(0.8) ? bytes.length - at : 1 + this.#random.below(bytes.length - at)
      to.handle({ type: 'bytes-received', peer, bytes: bytes.slice(at, at + length) })
      at += length
    }
  }

  #hungUp(node: SimNode, remote: SimNode, reason: string, punished: boolean): void {
    this.#count(`hung up: ${reason}`)
    if (punished && this.honest.includes(node) && this.honest.includes(remote)) {
      this.injustices.push(`${node.index} on ${remote.index}: ${reason}`)
    }
  }

  #disturb(): void {
    const kind = this.#random.below(4)
    if (kind === 0) this.#partition()
    else if (kind === 1) this.#cutConnection()
    else this.#kill()
  }

  /** Two parts that do not reach each other for a while. */
  #partition(): void {
    this.#count('partition')
    this.#partOf = this.honest.map(() => this.#random.below(2))
    for (const node of this.honest) {
      for (const socket of [...node.sockets.values()]) {
        if (this.#canReach(node, socket.remote)) continue
        node.disconnected(socket.peer)
        socket.close()
      }
    }
    this.queue.at(this.queue.now + (30 + this.#random.below(600)) * SECOND, () => this.#heal())
  }

  #heal(): void {
    this.#partOf = this.honest.map(() => 0)
  }

  #cutConnection(): void {
    this.#count('cut')
    const node = this.#random.pick(this.honest)
    const sockets = [...node.sockets.values()]
    if (sockets.length === 0) return
    const socket = this.#random.pick(sockets)
    node.disconnected(socket.peer)
    socket.close()
  }

  #kill(): void {
    const node = this.#random.pick(this.honest)
    if (!node.running) return
    this.#count('kill')
    node.kill()
    this.queue.at(this.queue.now + (1 + this.#random.below(300)) * SECOND, () => node.start())
  }

  /** An adversary connects to somebody, or sends garbage where it is connected. */
  #annoy(): void {
    if (this.#adversaries.length === 0) return
    const adversary = this.#random.pick(this.#adversaries)
    const sockets = [...adversary.node.sockets.values()]
    const victim = this.#random.pick(this.honest)
    if (sockets.length < 4 && this.#canReach(adversary.node, victim)) this.#connect(adversary.node, victim)
    for (const socket of sockets) {
      if (this.#random.chance(0.5)) continue
      this.#count('garbage')
      socket.send(adversary.garbage())
    }
  }

  /** Runs until so many blocks were mined. */
  mine(blocks: number): void {
    const until = this.#mined + blocks
    this.queue.runUntil(Infinity, () => this.#mined >= until)
  }

  /** No more blocks, no more trouble: time for everybody to learn everything; then one block settles ties. */
  settle(): void {
    this.#calm = true
    this.queue.runUntil(this.queue.now + 1800 * SECOND)
    this.#heal()
    this.queue.runUntil(this.queue.now + 600 * SECOND)
    const best = this.honest.reduce((a, b) => (b.chain.tip.chainWork > a.chain.tip.chainWork ? b : a))
    best.mine(Uint8Array.of(0x01, best.index, 0x51))
    this.queue.runUntil(this.queue.now + 600 * SECOND)
    this.#calm = false
  }

  /** What does not agree, in words; empty if all honest nodes hold the same chain and the same coins. */
  disagreements(): string[] {
    const [first, ...others] = this.honest
    assert(first !== undefined, 'there is a node')
    const coins = first.chain.coins()
    const found = others.flatMap((node) => {
      if (!equalBytes(node.chain.tip.hash, first.chain.tip.hash)) {
        return [`node ${node.index} is at ${node.chain.tip.height}, node ${first.index} at ${first.chain.tip.height}`]
      }
      return node.chain.coins() === coins ? [] : [`node ${node.index} has other coins`]
    })
    return [...found, ...this.injustices]
  }
}
