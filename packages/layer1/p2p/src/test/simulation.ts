import type { Block, Transaction } from '@ply/primitives'
import { computeBlockHash, REGTEST } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { type ConnectionKind, encodeV1, type PeerEffect, type PeerEvent } from '../index.ts'
import { createBlock, type FakeNode, storedBlock } from './fakeNode.ts'

interface Link {
  readonly to: FakeNode
  readonly peer: number
  readonly back: number
}

/** Carries messages between machines in memory, in seeded pieces and order, on a clock moved by hand. */
export class Simulation {
  readonly #random
  readonly #links = new Map<FakeNode, Map<number, Link>>()
  readonly #queue: { node: FakeNode; event: PeerEvent }[] = []
  #nextPeer = 1
  now: number

  constructor(seed: number, now = 1_700_000_000_000) {
    this.#random = createRandom(seed)
    this.now = now
  }

  /** Connects `from` to `to`; returns the peer ids at both ends. */
  connect(
    from: FakeNode,
    to: FakeNode,
    kind: ConnectionKind = 'outbound',
    transport: 'v1' | 'v2' = 'v1',
  ): readonly [number, number] {
    const out = this.#nextPeer++
    const inn = this.#nextPeer++
    this.#linksOf(from).set(out, { to, peer: inn, back: out })
    this.#linksOf(to).set(inn, { to: from, peer: out, back: inn })
    this.push(from, { type: 'peer-connected', peer: out, kind, transport })
    this.push(to, { type: 'peer-connected', peer: inn, kind: 'inbound', transport })
    return [out, inn]
  }

  disconnect(node: FakeNode, peer: number): void {
    const link = this.#linksOf(node).get(peer)
    if (!link) return
    this.#linksOf(node).delete(peer)
    this.#linksOf(link.to).delete(link.peer)
    this.push(node, { type: 'peer-disconnected', peer })
    this.push(link.to, { type: 'peer-disconnected', peer: link.peer })
  }

  push(node: FakeNode, event: PeerEvent): void {
    this.#queue.push({ node, event })
  }

  /** Gives one message to a node at once and returns what it wants done, which is not carried out. */
  frame(node: FakeNode, peer: number, command: string, payload: Uint8Array): PeerEffect[] {
    const bytes = encodeV1(REGTEST.magic, command, payload)
    const effects = node.manager.handle({ type: 'bytes-received', peer, bytes }, this.now)
    return effects.filter((effect) => effect.type !== 'log' && effect.type !== 'peer-gone')
  }

  /** Works until nothing is under way. */
  settle(limit = 200_000): void {
    for (let steps = 0; this.#queue.length > 0; steps++) {
      if (steps > limit) throw new Error('the simulation does not come to rest')
      const { node, event } = this.#queue.shift()!
      for (const effect of node.manager.handle(event, this.now)) this.#carryOut(node, effect)
    }
  }

  /** Lets time pass in steps, with a tick for every node. */
  advance(nodes: readonly FakeNode[], milliseconds: number, step = 1000): void {
    for (let passed = 0; passed < milliseconds; passed += step) {
      this.now += step
      for (const node of nodes) this.push(node, { type: 'tick' })
      this.settle()
    }
  }

  /** The node finds a block of these transactions. */
  mine(node: FakeNode, transactions: Transaction[]): Block {
    const block = createBlock(node.chain.tip(), Math.floor(this.now / 1000), 7, transactions)
    node.chain.acceptBlock(block)
    this.push(node, { type: 'block-accepted', block })
    this.push(node, { type: 'block-connected', block })
    this.push(node, { type: 'tip-changed' })
    return block
  }

  submit(node: FakeNode, tx: Transaction): void {
    if (!node.mempool.accept(tx).ok) throw new Error('test transaction not accepted')
    this.push(node, { type: 'tx-accepted', tx })
  }

  #linksOf(node: FakeNode): Map<number, Link> {
    const links = this.#links.get(node) ?? new Map<number, Link>()
    this.#links.set(node, links)
    return links
  }

  #carryOut(node: FakeNode, effect: PeerEffect): void {
    if (effect.type === 'log') {
      node.log.push(effect.text)
    } else if (effect.type === 'send') {
      const link = this.#linksOf(node).get(effect.peer)
      if (link) this.#deliver(link, effect.bytes)
    } else if (effect.type === 'disconnect') {
      node.log.push(`disconnect ${effect.reason}${effect.discourage ? ' (discouraged)' : ''}`)
      this.disconnect(node, effect.peer)
    } else if (effect.type === 'load-block') {
      const { peer, hash } = effect
      this.push(node, { type: 'block-loaded', peer, hash, bytes: storedBlock(node, hash) })
    } else if (effect.type === 'next-turn') {
      this.push(node, effect)
    } else if (effect.type.startsWith('process-')) {
      if (node.held) node.held.push(effect)
      else this.process(node, effect)
    }
  }

  #deliver(link: Link, bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      const length = 1 + this.#random.below(bytes.length - at)
      this.push(link.to, { type: 'bytes-received', peer: link.peer, bytes: bytes.slice(at, at + length) })
      at += length
    }
  }

  /** Gives the verdict on a `process-…` effect. */
  process(node: FakeNode, effect: PeerEffect): void {
    if (effect.type === 'process-headers') {
      let verdict = node.chain.acceptHeader(effect.headers[0]!)
      for (const header of effect.headers.slice(1)) if (verdict.ok) verdict = node.chain.acceptHeader(header)
      this.push(node, { type: 'headers-processed', peer: effect.peer, verdict })
    } else if (effect.type === 'process-block') {
      const { verdict, connected } = node.chain.acceptBlock(effect.block)
      if (connected.length === 1) this.push(node, { type: 'block-accepted', block: effect.block })
      for (const block of connected) this.push(node, { type: 'block-connected', block })
      if (connected.length > 0) this.push(node, { type: 'tip-changed' })
      const hash = computeBlockHash(effect.block.header)
      this.push(node, { type: 'block-processed', peer: effect.peer, hash, verdict })
    } else if (effect.type === 'process-tx') {
      this.push(node, { type: 'tx-processed', peer: effect.peer, verdict: node.mempool.accept(effect.tx) })
    } else if (effect.type === 'process-package') {
      const verdict = node.mempool.acceptPackage(effect.transactions)
      this.push(node, { type: 'package-processed', peer: effect.peer, verdict })
    }
  }
}
