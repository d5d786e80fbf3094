import { assert, bytesToHex, ok, type Result } from '@ply/bytes'
import { invalidBlock, invalidTx } from '@ply/consensus'
import { type Block, type BlockHash, computeBlockHash, computeTxid, computeWtxid, REGTEST } from '@ply/primitives'
import type { Transaction } from '@ply/primitives'
import { createRandom, mutateBytes, type Random } from '@ply/testkit'
import {
  type Command,
  type ConnectionKind,
  encodeMessage,
  encodeV1,
  type MachineStats,
  type Message,
  type PeerEffect,
  type PeerEvent,
  type PeerId,
} from '../index.ts'
import { createCompactBlock } from '../relay/compact/createCompactBlock.ts'
import { coin, createBlock, createTx, type FakeNode, storedBlock } from './fakeNode.ts'
import { SAMPLES } from './messageSamples.ts'

const KINDS: readonly ConnectionKind[] = [
  ...(['inbound', 'inbound', 'inbound', 'outbound', 'outbound', 'manual'] as const),
  ...(['block-relay-only', 'feeler', 'addr-fetch', 'private-broadcast'] as const),
]
const NOWHERE = { services: 0n, ip: new Uint8Array(16), port: 0 }
/** Peers at once; blocks and transactions that there are. */
const MOST_PEERS = 6
const MOST_BLOCKS = 60
const MOST_TRANSACTIONS = 60

/** What there is when nobody is there. */
export const NOTHING: MachineStats = {
  blocksInFlight: 0,
  blocksProcessing: 0,
  txAnnouncements: 0,
  orphans: 0,
  orphanWorksets: 0,
}

/** What the machine waits for an answer to. */
type Question = Extract<
  PeerEffect,
  { readonly type: `process-${string}` | 'load-block' | 'load-filters' | 'next-turn' }
>

const isQuestion = (effect: PeerEffect): effect is Question =>
  effect.type.startsWith('process-') || effect.type.startsWith('load-') || effect.type === 'next-turn'

/** Peers that do whatever they like, and a shell that answers when it likes. Throws where the machine breaks its word. */
export class Chaos {
  now: number
  readonly #node: FakeNode
  readonly #random: Random
  readonly #peers = new Set<PeerId>()
  readonly #questions: Question[] = []
  readonly #blocks: Block[] = [REGTEST.genesis]
  readonly #transactions: Transaction[] = []
  #nextPeer = 1_000_000

  constructor(node: FakeNode, seed: number, now: number) {
    this.#node = node
    this.#random = createRandom(seed)
    this.now = now
  }

  step(): void {
    const random = this.#random
    this.now += random.chance(0.02) ? random.below(30 * 60_000) : random.below(2000)
    const kind = random.below(20)
    if (this.#peers.size === 0 || kind === 0) this.#connect()
    else if (kind < 12) this.#receive(this.#somePeer())
    else if (kind < 16) this.#answerOne()
    else if (kind === 16 && random.chance(0.3)) this.#race()
    else if (kind === 17 && random.chance(0.5)) this.#family()
    else this.#happen()
  }

  /** Everything is answered, all peers leave, and nothing of them may stay. */
  end(): void {
    for (const peer of [...this.#peers]) this.#give({ type: 'peer-disconnected', peer })
    while (this.#questions.length > 0) this.#answerOne()
    const stats = this.#node.manager.stats()
    const left = Object.keys(NOTHING).filter((name) => stats[name as keyof MachineStats] !== 0)
    assert(left.length === 0, `peers that left leave something behind: ${left.join()}`)
  }

  #somePeer = (): PeerId => this.#random.pick([...this.#peers])

  #connect(): void {
    if (this.#peers.size >= MOST_PEERS) return
    const random = this.#random
    const peer = this.#nextPeer++
    this.#peers.add(peer)
    const permissions = random.chance(0.1)
      ? new Set([random.pick(['noban', 'relay', 'forcerelay', 'mempool', 'download', 'addr'] as const)])
      : new Set<never>()
    this.#give({
      type: 'peer-connected',
      peer,
      kind: random.pick(KINDS),
      permissions,
      address: `1.2.3.${peer % 250}:8333`,
    })
    if (random.chance(0.1)) return
    const version = { ...SAMPLES.version, version: 70016, services: random.pick([0n, 9n, 9n, 9n, 1033n]) }
    this.#send(peer, { ...version, receiver: NOWHERE, sender: NOWHERE, nonce: BigInt(peer), relay: random.chance(0.9) })
    if (random.chance(0.7)) this.#send(peer, { command: 'wtxidrelay' })
    this.#send(peer, { command: 'verack' })
    if (random.chance(0.7)) this.#send(peer, { command: 'sendcmpct', announce: random.below(2), version: 2n })
  }

  #send(peer: PeerId, message: Message): void {
    if (!this.#peers.has(peer)) return
    const bytes = encodeV1(REGTEST.magic, message.command, encodeMessage(message))
    this.#give({ type: 'bytes-received', peer, bytes })
  }

  /** Something of the peer: a message, several at once, a spoilt one, half of one. */
  #receive(peer: PeerId): void {
    const random = this.#random
    if (random.chance(0.005)) return this.#give({ type: 'bytes-received', peer, bytes: random.bytes(40) })
    if (random.chance(0.1)) {
      const { command } = random.pick<Message>(Object.values(SAMPLES))
      const payload = mutateBytes(random, [encodeMessage(random.chance(0.5) ? SAMPLES[command] : this.#message())])
      return this.#give({ type: 'bytes-received', peer, bytes: encodeV1(REGTEST.magic, command, payload) })
    }
    const frames = Array.from({ length: 1 + random.below(3) }, () => this.#message()).map((message) => [
      ...encodeV1(REGTEST.magic, message.command, encodeMessage(message)),
    ])
    const bytes = Uint8Array.from(frames.flat())
    const cut = random.below(bytes.length)
    for (const part of [bytes.slice(0, cut), bytes.slice(cut)]) {
      if (this.#peers.has(peer)) this.#give({ type: 'bytes-received', peer, bytes: part })
    }
  }

  /** Several peers announce the same new block, of which the pool lacks some, in compact form. */
  #race(): void {
    const random = this.#random
    const { chain } = this.#node
    if (chain.entries.size > 2 * MOST_BLOCKS) return
    const block = createBlock(chain.bestHeader(), Math.floor(this.now / 1000), random.below(200), [
      createTx([coin(100 + random.below(1000))], 1, random.below(500)),
    ])
    this.#blocks.push(block)
    for (let count = 2 + random.below(3); count > 0 && this.#peers.size > 0; count--) {
      const peer = this.#somePeer()
      this.#send(peer, { command: 'sendcmpct', announce: 1, version: 2n })
      this.#send(peer, { command: 'cmpctblock', ...createCompactBlock(block, BigInt(count)) })
      while (random.chance(0.8)) this.#answerOne()
    }
    const [, missing] = block.transactions
    if (this.#peers.size === 0 || random.chance(0.3)) return
    const transactions = random.chance(0.8) ? [missing!] : block.transactions
    this.#send(this.#somePeer(), { command: 'blocktxn', hash: computeBlockHash(block.header), transactions })
  }

  /** Children come before their parent, from this peer and that; the parent may be one that needs a child. */
  #family(): void {
    const random = this.#random
    const parent = createTx([coin(random.below(5000))], 3, random.below(500))
    const family = { ...parent, version: random.pick([2, 2, 8]) }
    const children = [0, 1, 2].map((index) => createTx([{ txid: computeTxid(family), index }], 1, random.below(500)))
    this.#transactions.push(family, ...children)
    while (this.#transactions.length > MOST_TRANSACTIONS) this.#transactions.shift()
    for (const tx of [...children, ...children, family]) {
      if (this.#peers.size > 0) this.#send(this.#somePeer(), { command: 'tx', tx })
      while (random.chance(0.7)) this.#answerOne()
    }
  }

  #someBlock(): Block {
    const random = this.#random
    if (random.chance(0.6) || this.#blocks.length >= MOST_BLOCKS) return random.pick(this.#blocks)
    const { chain } = this.#node
    const previous = random.chance(0.6) ? chain.bestHeader() : random.pick([...chain.entries.values()])
    const transactions = Array.from({ length: random.below(4) }, () => this.#someTransaction())
    const block = createBlock(previous, Math.floor(this.now / 1000), random.below(200), [...new Set(transactions)])
    this.#blocks.push(block)
    return block
  }

  #someTransaction(): Transaction {
    const random = this.#random
    const known = this.#transactions
    if (known.length > 0 && (random.chance(0.5) || known.length >= MOST_TRANSACTIONS)) return random.pick(known)
    const prevouts = Array.from({ length: 1 + random.below(2) }, () => {
      if (known.length === 0 || random.chance(0.5)) return coin(random.below(40))
      return { txid: computeTxid(random.pick(known)), index: 0 }
    })
    // Versions 8 and 9 stand for what the pool refuses, alone or for good.
    const tx = { ...createTx(prevouts, 1, random.below(500)), version: random.pick([2, 2, 2, 8, 9]) }
    known.push(tx)
    return tx
  }

  #someHash(): Uint8Array {
    const random = this.#random
    if (random.chance(0.1)) return random.bytes(32)
    if (random.chance(0.5)) return computeBlockHash(this.#someBlock().header)
    return random.chance(0.5) ? computeTxid(this.#someTransaction()) : computeWtxid(this.#someTransaction())
  }

  #message(): Message {
    const random = this.#random
    const hash = (): BlockHash => this.#someHash() as BlockHash
    const items = (): { type: number; hash: Uint8Array }[] =>
      Array.from({ length: random.below(6) }, () => ({
        type: random.pick([0, 1, 2, 3, 4, 5, 5, 0x40000001, 0x40000002]),
        hash: this.#someHash(),
      }))
    const block = this.#someBlock()
    return random.pick<() => Message>([
      () => SAMPLES[random.pick(Object.keys(SAMPLES) as Command[])],
      () => ({ command: 'inv', items: items() }),
      () => ({ command: random.pick(['getdata', 'notfound']), items: items() }),
      () => ({ command: 'headers', headers: random.chance(0.1) ? [] : [block.header] }),
      () => ({ command: 'block', block }),
      () => ({ command: 'tx', tx: this.#someTransaction() }),
      () => ({ command: 'tx', tx: this.#someTransaction() }),
      () => ({ command: random.pick(['getheaders', 'getblocks']), locator: [hash()], stop: hash() }),
      () => ({ command: 'cmpctblock', ...createCompactBlock(block, BigInt(random.below(9))) }),
      () => ({ command: 'blocktxn', hash: hash(), transactions: block.transactions.slice(random.below(3)) }),
      () => ({ command: 'getblocktxn', hash: hash(), indexes: [random.below(3)] }),
      () => ({ command: random.pick(['getcfilters', 'getcfheaders']), filterType: 0, startHeight: 0, stop: hash() }),
      () => ({ command: 'sendcmpct', announce: random.below(2), version: 2n }),
      () => ({ command: random.pick(['mempool', 'getaddr', 'sendheaders', 'verack']) }),
      () => ({ command: 'feefilter', feeRate: BigInt(random.below(3000)) }),
    ])()
  }

  /** Something that is no peer's doing, or the end of one. */
  #happen(): void {
    const random = this.#random
    const { chain, mempool } = this.#node
    random.pick<() => void>([
      () => this.#give({ type: 'tick' }),
      () => this.#give({ type: 'tick' }),
      () => this.#give({ type: 'ping' }),
      () => this.#give({ type: 'writable', peer: this.#somePeer(), writable: random.chance(0.7) }),
      () => this.#give({ type: 'fetch-block', peer: this.#somePeer(), hash: this.#someHash() as BlockHash }),
      () => this.#store(this.#someBlock()),
      () => {
        const tx = this.#someTransaction()
        if (mempool.accept(tx).ok) this.#give({ type: 'tx-accepted', tx })
      },
      () => random.chance(0.5) && this.#give({ type: 'peer-disconnected', peer: this.#somePeer() }),
      () => void (chain.ibd = random.chance(0.1)),
    ])()
  }

  #store(block: Block): Result<unknown, unknown> {
    const { verdict, connected } = this.#node.chain.acceptBlock(block)
    if (connected.length === 1) this.#give({ type: 'block-accepted', block })
    for (const one of connected) this.#give({ type: 'block-connected', block: one })
    if (connected.length > 0) this.#give({ type: 'tip-changed' })
    return verdict
  }

  #answerOne(): void {
    const random = this.#random
    const [question] = this.#questions.splice(random.below(this.#questions.length), 1)
    if (question) this.#give(this.#answer(question))
  }

  #answer(question: Question): PeerEvent {
    const { chain, mempool } = this.#node
    const random = this.#random
    const { peer } = question
    switch (question.type) {
      case 'next-turn':
        return question
      case 'process-headers': {
        const verdict = question.headers.map((header) => chain.acceptHeader(header)).find(({ ok: fine }) => !fine)
        return { type: 'headers-processed', peer, verdict: verdict ?? ok(undefined) }
      }
      case 'process-block': {
        const hash = computeBlockHash(question.block.header)
        if (random.chance(0.15) && !chain.hasBlock(hash)) {
          chain.invalid.add(bytesToHex(hash))
          return { type: 'block-processed', peer, hash, verdict: invalidBlock('consensus', 'bad-cb-amount') }
        }
        const { verdict, connected } = chain.acceptBlock(question.block)
        for (const block of connected) this.#give({ type: 'block-connected', block })
        if (connected.length > 0) this.#give({ type: 'tip-changed' })
        return { type: 'block-processed', peer, hash, verdict }
      }
      case 'process-tx':
        return { type: 'tx-processed', peer, verdict: mempool.accept(question.tx) }
      case 'process-package': {
        const refused = { accepted: false, results: [invalidTx('reconsiderable', 'min relay fee not met'), undefined] }
        const verdict = random.chance(0.5) ? mempool.acceptPackage(question.transactions) : refused
        return { type: 'package-processed', peer, verdict }
      }
      case 'load-block': {
        const bytes = random.chance(0.02) ? undefined : storedBlock(this.#node, question.hash)
        return { type: 'block-loaded', peer, hash: question.hash, bytes }
      }
      case 'load-filters': {
        const [filters, hashes, headers] = [question.filters, question.hashes, question.headers].map((blocks) =>
          blocks.map(() => new Uint8Array(32)),
        )
        const data = { filters: filters!, hashes: hashes!, headers: headers! }
        return { type: 'filters-loaded', peer, data: random.chance(0.1) ? undefined : data }
      }
    }
  }

  #give(event: PeerEvent): void {
    if (event.type === 'peer-disconnected') this.#peers.delete(event.peer)
    const sent = new Map<PeerId, number>()
    for (const effect of this.#node.manager.handle(event, this.now)) {
      if (effect.type === 'log' || effect.type === 'peer-gone' || effect.type === 'retry-with-v1') continue
      assert(effect.peer < 1_000_000 || this.#peers.has(effect.peer), `${effect.type} for a peer that is gone`)
      if (effect.type === 'disconnect') this.#peers.delete(effect.peer)
      if (effect.type === 'send') sent.set(effect.peer, (sent.get(effect.peer) ?? 0) + effect.payload.length)
      if (isQuestion(effect)) this.#ask(effect)
    }
    for (const bytes of sent.values()) assert(bytes < 6_000_000, `${bytes} bytes to one peer at once`)
    this.#check()
  }

  /** One thing is looked at for a peer at a time, and one thing read for it. */
  #ask(question: Question): void {
    const group = (type: string): string => (type === 'next-turn' ? type : type.slice(0, 5))
    const same = this.#questions.some(
      (other) => other.peer === question.peer && group(other.type) === group(question.type),
    )
    assert(!same, `${question.type} while another question about the peer is open`)
    this.#questions.push(question)
  }

  #check(): void {
    const { manager } = this.#node
    const stats = manager.stats()
    const peers = manager.peers()
    const inFlight = peers.map(({ blocksInFlight }) => blocksInFlight.length)
    assert(stats.blocksInFlight === inFlight.reduce((sum, count) => sum + count, 0), 'a block is asked of nobody')
    assert(Math.max(0, ...inFlight) <= 17, 'too many blocks are asked of one peer')
    assert(stats.orphans <= 3000 && stats.txAnnouncements <= 5000 * peers.length, 'a table grows beyond its bounds')
    // The machine's own simulated peers, if any, are not among these.
    const raw = peers.filter(({ id }) => id >= 1_000_000)
    assert(raw.length === this.#peers.size, 'the machine and its shell disagree on who is there')
  }
}
