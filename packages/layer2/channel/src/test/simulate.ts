import { createRandom, type Random } from '@ply/testkit'
import { expect } from 'vitest'
import { buildLocal, buildRemote, numberedLocal } from '../commitment/signing.ts'
import { isSettled } from '../commitment/views.ts'
import type { CommitmentFormat } from '../parameters.ts'
import { preimageOf, type TestNode } from './node.ts'
import { ChannelPair } from './pair.ts'

interface Ledger {
  /** Payment number by offered id, as `added` reported it. */
  readonly offered: Map<bigint, { readonly n: number; readonly amount: bigint }>
  /** What this node answered to HTLCs of the other: true for fulfilled. */
  readonly answered: Map<bigint, boolean>
  seen: number
}

const newLedger = (): Ledger => ({ offered: new Map(), answered: new Map(), seen: 0 })

/** A random schedule over one channel: payments, fees, lost messages, lost connections, restarts from the store. */
export class Simulation {
  readonly pair: ChannelPair
  readonly random: Random
  readonly ledgers: ReadonlyMap<TestNode, Ledger>
  #payment = 0
  /** msat that moved from a to b for good. */
  #moved = 0n

  /** Blocks until HTLCs expire. */
  readonly #expiry: number

  constructor(seed: number, format: CommitmentFormat, expiry = 10_000) {
    this.random = createRandom(seed)
    this.#expiry = expiry
    this.pair = new ChannelPair({ format, pushMsat: 500_000_000 }).open()
    this.ledgers = new Map([
      [this.pair.a, newLedger()],
      [this.pair.b, newLedger()],
    ])
  }

  step(): void {
    const { random, pair } = this
    const node = random.chance(0.5) ? pair.a : pair.b
    const dice = random.below(100)
    if (dice < 14) this.#add(node)
    else if (dice < 26) this.answer(node)
    else if (dice < 36) pair.commit(node)
    else if (dice < 38) pair.a.handle({ type: 'update-fee', feeratePerKw: 253 + random.below(3000) })
    else if (!pair.connected) pair.connect()
    else if (dice < 96) pair.deliver(node)
    else if (dice < 98) pair.disconnect()
    else this.#restart(node)
    this.observe()
  }

  #add(node: TestNode): void {
    const n = ++this.#payment
    const amount = BigInt(
      this.random.chance(0.2) ? 1000 + this.random.below(300_000) : this.random.below(20_000_000) + 1,
    )
    const id = this.pair.add(node, n, amount, this.#expiry)
    if (id !== undefined) this.ledgers.get(node)!.offered.set(id, { n, amount })
  }

  answer(node: TestNode): void {
    const answered = this.ledgers.get(node)!.answered
    const waiting = node.settled('received').filter(({ htlc }) => !answered.has(htlc.id))
    if (waiting.length === 0) return
    const { htlc } = this.random.pick(waiting)
    const n = this.ledgers.get(this.pair.other(node))!.offered.get(htlc.id)?.n
    // It has ended on chain.
    if (n === undefined) return
    const fulfill = this.random.chance(0.6)
    if (fulfill) node.handle({ type: 'fulfill-htlc', id: htlc.id, paymentPreimage: preimageOf(n) })
    else if (this.random.chance(0.5)) node.handle({ type: 'fail-htlc', id: htlc.id, reason: Uint8Array.of(n & 0xff) })
    else {
      const sha256OfOnion = new Uint8Array(32)
      node.handle({ type: 'fail-malformed-htlc', id: htlc.id, sha256OfOnion, failureCode: 0x8000 | 5 })
    }
    answered.set(htlc.id, fulfill)
  }

  #restart(node: TestNode): void {
    this.pair.disconnect()
    node.restart()
  }

  /** Books outcomes as they come: each offered HTLC ends once, as the other side answered it. */
  observe(): void {
    for (const [node, ledger] of this.ledgers) {
      const { answered } = this.ledgers.get(this.pair.other(node))!
      for (; ledger.seen < node.settlements.length; ledger.seen++) {
        const settlement = node.settlements[ledger.seen]!
        if (settlement.kind !== 'fulfilled' && settlement.kind !== 'failed') continue
        const offer = ledger.offered.get(settlement.id)
        if (settlement.kind === 'fulfilled') {
          expect(answered.get(settlement.id)).toBe(true)
          if (!offer) continue
          this.#moved += node === this.pair.a ? offer.amount : -offer.amount
        } else {
          expect(offer).toBeDefined()
          const { type } = settlement.failure
          if (type === 'reason' || type === 'malformed') expect(answered.get(settlement.id)).toBe(false)
        }
        ledger.offered.delete(settlement.id)
      }
    }
  }

  /** Answers everything and compares the books. */
  finish(): void {
    const { pair } = this
    if (!pair.connected) pair.connect()
    const nodes = [pair.a, pair.b]
    for (let round = 0; round < 200; round++) {
      for (const node of nodes) pair.commit(node)
      pair.pump()
      this.observe()
      const before = nodes.reduce((total, node) => total + this.ledgers.get(node)!.answered.size, 0)
      for (const node of nodes) this.answer(node)
      const after = nodes.reduce((total, node) => total + this.ledgers.get(node)!.answered.size, 0)
      if (before === after && nodes.every((node) => isSettled(node.channel.commitments))) break
    }
    this.check()
  }

  check(): void {
    const { a, b } = this.pair
    for (const node of [a, b]) {
      expect(node.notified('violation')).toEqual([])
      expect(node.notified('peer-error')).toEqual([])
      expect(node.state.kind).toBe('normal')
      expect(isSettled(node.channel.commitments)).toBe(true)
      expect(this.ledgers.get(node)!.offered.size).toBe(0)
      const other = this.pair.other(node)
      const own = buildLocal(
        node.channel,
        numberedLocal(node.channel, node.channel.commitments.localCommit, node.signer),
      )
      const seen = buildRemote(other.channel, other.channel.commitments.remoteCommit)
      expect(seen.commitment.transaction).toEqual(own.commitment.transaction)
    }
    const { toLocalMsat, toRemoteMsat } = a.channel.commitments.localCommit.spec
    expect(toLocalMsat + toRemoteMsat).toBe(1_000_000_000n)
    expect(toLocalMsat).toBe(500_000_000n - this.#moved)
    expect(b.channel.commitments.localCommit.spec.toLocalMsat).toBe(toRemoteMsat)
  }
}

/** Runs one seeded schedule to its end. */
export function simulate(seed: number, steps: number, format: CommitmentFormat = 'anchors'): void {
  const simulation = new Simulation(seed, format)
  for (let i = 0; i < steps; i++) simulation.step()
  simulation.finish()
}
