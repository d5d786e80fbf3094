import { msats, sats, type Transaction } from '@ply/primitives'
import type { ChannelId, NodeId } from '@ply/wire'
import { expect } from 'vitest'
import type { CommitmentFormat } from '../parameters.ts'
import { awaitChannel, openChannel } from '../open.ts'
import { TestChain } from './chain.ts'
import { hashOf, preimageOf, TestNode } from './node.ts'

const nodeId = (fill: number): NodeId => new Uint8Array(33).fill(fill) as NodeId

export interface PairOptions {
  readonly format?: CommitmentFormat
  readonly fundingSatoshis?: number
  readonly pushMsat?: number
  readonly announceChannel?: boolean
}

/** Two nodes with one channel between them, a wire and a chain. `a` opens. */
export class ChannelPair {
  readonly chain = new TestChain()
  readonly a = new TestNode(this.chain, 1, awaitChannel(nodeId(2), new Uint8Array(32).fill(11)))
  readonly b = new TestNode(this.chain, 2, awaitChannel(nodeId(3), new Uint8Array(32).fill(12)))
  connected = true
  #reference = 0
  readonly #options: PairOptions

  constructor(options: PairOptions = {}) {
    this.#options = options
  }

  other(node: TestNode): TestNode {
    return node === this.a ? this.b : this.a
  }

  /** Delivers one message of `from`; false if there is none. */
  deliver(from: TestNode): boolean {
    const message = from.outbox.shift()
    if (!message) return false
    if (this.connected) this.other(from).receive(message)
    return true
  }

  /** Delivers everything until both are quiet. */
  pump(): void {
    for (let i = 0; this.deliver(this.a) || this.deliver(this.b); i++) {
      if (i > 10_000) throw new Error('the nodes talk without end')
    }
  }

  start(): void {
    const { format = 'anchors', fundingSatoshis = 1_000_000, pushMsat = 0, announceChannel = false } = this.#options
    const step = openChannel(
      {
        temporaryChannelId: new Uint8Array(32).fill(7) as ChannelId,
        keysId: new Uint8Array(32).fill(11),
        remoteNodeId: nodeId(2),
        fundingSatoshis: sats(fundingSatoshis),
        pushMsat: msats(pushMsat),
        announceChannel,
        format,
      },
      this.a.env,
    )
    this.a.take(step)
    this.pump()
  }

  fundingTransaction(): Transaction {
    const [required] = this.a.notified('funding-required')
    if (!required) throw new Error('no funding was asked for')
    const coin = this.a.mint(20_000_000n)
    const change = { value: sats(coin.output.value - required.output.value - 1000n), scriptPubKey: this.a.walletScript }
    const unsigned: Transaction = {
      version: 2,
      inputs: [{ prevout: coin.outpoint, scriptSig: new Uint8Array(0), sequence: 0xfffffffd, witness: [] }],
      outputs: [change, required.output],
      lockTime: 0,
    }
    return this.a.signOwn(unsigned, [coin.output])
  }

  /** Opens the channel and brings it to normal operation. */
  open(): this {
    this.start()
    this.a.handle({ type: 'funding-ready', transaction: this.fundingTransaction(), outputIndex: 1 })
    this.pump()
    expect([this.a.state.kind, this.b.state.kind]).toEqual(['wait-for-funding-confirmed', 'wait-for-funding-confirmed'])
    this.mine(this.a.ready())
    this.mineEmpty(5)
    this.pump()
    expect([this.a.state.kind, this.b.state.kind]).toEqual(['normal', 'normal'])
    this.a.published.clear()
    return this
  }

  /** A block that both nodes see. */
  mine(transactions: readonly Transaction[] = []): void {
    const block = this.chain.mine(transactions)
    for (const node of [this.a, this.b]) {
      node.handle({ type: 'block-connected', height: this.chain.height, transactions: block })
    }
  }

  mineEmpty(count: number): void {
    for (let i = 0; i < count; i++) this.mine()
  }

  /** Confirms whatever both nodes want on chain, block by block. */
  mineReady(blocks: number): void {
    for (let i = 0; i < blocks; i++) {
      const block: Transaction[] = []
      const spent = new Set<string>()
      for (const transaction of [...this.a.ready(), ...this.b.ready()]) {
        const keys = transaction.inputs.map(({ prevout }) => `${prevout.txid.join()}:${prevout.index}`)
        if (keys.some((key) => spent.has(key))) continue
        for (const key of keys) spent.add(key)
        block.push(transaction)
      }
      this.mine(block)
    }
  }

  disconnect(): void {
    this.connected = false
    this.a.outbox = []
    this.b.outbox = []
    this.a.handle({ type: 'disconnected' })
    this.b.handle({ type: 'disconnected' })
  }

  connect(): void {
    this.connected = true
    this.a.handle({ type: 'connected' })
    this.b.handle({ type: 'connected' })
  }

  /** Offers an HTLC for the hash number `n` and gives its id, or undefined if it was refused. */
  add(from: TestNode, n: number, amountMsat: number | bigint, expiry = 100): bigint | undefined {
    const ref = `${this.#reference++}`
    from.handle({
      type: 'add-htlc',
      ref,
      amountMsat: msats(amountMsat),
      paymentHash: hashOf(n),
      cltvExpiry: this.chain.height + expiry,
      onionRoutingPacket: new Uint8Array(1366).fill(n),
    })
    return from.settled('added').find((settlement) => settlement.ref === ref)?.id
  }

  commit(node: TestNode): void {
    node.handle({ type: 'commit' })
  }

  /** Adds, commits and lets it become irrevocable. */
  pay(from: TestNode, n: number, amountMsat: number | bigint, expiry = 100): bigint {
    const id = this.add(from, n, amountMsat, expiry)
    if (id === undefined) throw new Error(`refused: ${JSON.stringify(from.settled('refused').at(-1)?.violation)}`)
    this.commit(from)
    this.pump()
    return id
  }

  fulfill(node: TestNode, id: bigint, n: number): void {
    node.handle({ type: 'fulfill-htlc', id, paymentPreimage: preimageOf(n) })
    this.commit(node)
    this.pump()
  }

  fail(node: TestNode, id: bigint): void {
    node.handle({ type: 'fail-htlc', id, reason: Uint8Array.of(1, 2, 3) })
    this.commit(node)
    this.pump()
  }
}
