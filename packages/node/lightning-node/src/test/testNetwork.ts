import { assert } from '@ply/bytes'
import type { Notification } from '@ply/lightning'
import { createTcpTransport } from '@ply/net'
import type { Logger, Store, StoreOp } from '@ply/ports'
import { decodeAddress, REGTEST } from '@ply/primitives'
import { callDescribed, type Json, type JsonOutput, type RpcTable } from '@ply/rpc'
import { SystemClock, systemEntropy } from '@ply/runtime'
import { MemoryStore } from '@ply/testkit'
import { LightningNode } from '../lightningNode.ts'
import { createLightningRpc } from '../rpc/table.ts'
import { RegtestChain } from './regtestChain.ts'

type Fields = Readonly<Record<string, JsonOutput>>

/** The first batch that matches; it is lost, or stored as the last one before anything of it goes out. */
export interface FreezePoint {
  readonly stored: boolean
  matches(ops: readonly StoreOp[]): boolean
}

/** One node of a test: real sockets, a store in memory that survives restarts. */
export class TestNode {
  readonly name: string
  readonly chain: RegtestChain
  store: Store = new MemoryStore()
  readonly notifications: Notification[] = []
  readonly log: string[] = []
  node!: LightningNode
  #rpc!: RpcTable
  readonly #seed: Uint8Array
  #life = { over: false }
  #freeze: FreezePoint | undefined
  #frozen: (() => void)[] = []
  #waiters: { match: (notification: Notification) => boolean; resolve: () => void }[] = []

  constructor(name: string, chain: RegtestChain) {
    this.name = name
    this.chain = chain
    this.#seed = new Uint8Array(32).fill(name.charCodeAt(0))
  }

  /** Starts, or starts again with what is stored; with `store`, with that instead. */
  async start(store?: Store): Promise<void> {
    if (store) this.store = store
    this.#freeze = undefined
    const logger: Logger = {
      log: (level, message, fields) => {
        const line = `${this.name} ${level} ${message} ${JSON.stringify(fields, (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v instanceof Error ? v.stack : v))}`
        this.log.push(line)
        if (process.env['PLY_TEST_LOG']) process.stderr.write(`${line}\n`)
      },
      child: () => logger,
    }
    this.node = await LightningNode.start({
      backend: this.chain,
      store: this.#mortal(this.store),
      transport: createTcpTransport(),
      clock: new SystemClock(),
      entropy: systemEntropy,
      logger,
      seed: this.#seed,
      alias: this.name,
      listen: '127.0.0.1:0',
      tickInterval: 100,
      // Far enough back for any reorganisation in a test.
      birthHeight: this.chain.height - 10,
      gossipFlushInterval: 0,
    })
    this.#rpc = createLightningRpc(this.node)
    this.node.onNotification((notification) => {
      this.notifications.push(notification)
      for (const waiter of [...this.#waiters]) if (waiter.match(notification)) waiter.resolve()
    })
  }

  /** A store that keeps what it has when its owner closes it, and takes nothing more once its owner is killed. */
  #mortal(store: Store): Store {
    const life = { over: false }
    this.#life = life
    return {
      get: (key) => store.get(key),
      getMany: (keys) => store.getMany(keys),
      batch: (ops, options) => {
        if (life.over) return new Promise(() => undefined)
        const all = [...ops]
        if (!this.#freeze?.matches(all)) return store.batch(all, options)
        life.over = true
        if (this.#freeze.stored) void store.batch(all)
        for (const tell of this.#frozen.splice(0)) tell()
        return new Promise(() => undefined)
      },
      iterate: (range) => store.iterate(range),
      close: () => Promise.resolve(),
    }
  }

  /** Ends the node as kill -9 does: nothing more is stored, nothing more is sent. */
  async kill(): Promise<void> {
    this.#life.over = true
    await this.node.peers.stop()
    void this.node.stop()
  }

  /** From this point on nothing more is stored or sent, while the sockets stay open; resolves when it is reached. */
  freezeAt(point: FreezePoint): Promise<void> {
    this.#freeze = point
    return new Promise((resolve) => this.#frozen.push(resolve))
  }

  /** A copy of everything stored. */
  async snapshot(): Promise<MemoryStore> {
    const copy = new MemoryStore()
    for await (const [key, value] of this.store.iterate({})) await copy.batch([{ type: 'put', key, value }])
    return copy
  }

  /** Resolves when no payment is in flight over any channel. */
  async untilQuiet(): Promise<void> {
    const quiet = (): boolean =>
      this.node.machine.channels().every((c) => c.inFlightInMsat === 0n && c.inFlightOutMsat === 0n) &&
      this.node.machine.payments().every((payment) => payment.state !== 'pending')
    while (!quiet()) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Resolves when a payment to this peer is in flight. */
  async untilInFlight(peer: string): Promise<void> {
    const inFlight = (): boolean => this.node.machine.channels().some((c) => c.peer === peer && c.inFlightOutMsat > 0n)
    while (!inFlight()) await new Promise((resolve) => setImmediate(resolve))
  }

  get id(): string {
    return this.node.nodeId
  }

  get address(): string {
    return this.node.listening[0]!
  }

  /** Calls a method and returns the fields of its answer. */
  async call(method: string, params: Json = []): Promise<Fields> {
    const answer = await callDescribed(this.#rpc, method, params, { path: `/lightning/${this.name}` })
    assert(typeof answer === 'object' && answer !== null && !Array.isArray(answer), `${method} answers no object`)
    return answer as Fields
  }

  /** The rows of a list in an answer. */
  async rows(method: string, field: string, params: Json = []): Promise<readonly Fields[]> {
    return (await this.call(method, params))[field] as readonly Fields[]
  }

  /** Resolves at the first such notification, from the next one on or among those not yet taken. */
  async until<T extends Notification['type']>(
    type: T,
    matches: (notification: Extract<Notification, { readonly type: T }>) => boolean = () => true,
  ): Promise<void> {
    const match = (notification: Notification): boolean =>
      notification.type === type && matches(notification as Extract<Notification, { readonly type: T }>)
    const seen = this.notifications.findIndex(match)
    if (seen >= 0) {
      this.notifications.splice(seen, 1)
      return
    }
    await new Promise<void>((resolve) => {
      this.#waiters.push({ match, resolve })
    })
    const at = this.notifications.findIndex(match)
    if (at >= 0) this.notifications.splice(at, 1)
  }

  /** Resolves when a channel with this peer can be paid over: the sockets are real, so all one can do is look. */
  async untilUsable(peer: string): Promise<void> {
    const usable = (): boolean => this.node.machine.channels().some((c) => c.peer === peer && c.usable)
    while (!usable()) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Resolves when gossip has told of so many directions of channels. */
  async untilEdges(count: number): Promise<void> {
    const edges = (): number =>
      [...this.node.machine.graph.channels()].flatMap((channel) => channel.edges.filter(Boolean)).length
    while (edges() < count) await new Promise((resolve) => setImmediate(resolve))
  }

  async connect(other: TestNode): Promise<void> {
    await this.call('connect', [`${other.id}@${other.address}`])
  }

  async balance(): Promise<bigint> {
    const outputs = await this.rows('listfunds', 'outputs')
    return outputs.reduce((sum, output) => sum + BigInt(output['amount_msat'] as bigint), 0n) / 1000n
  }
}

/** Nodes on one chain. */
export class TestNetwork {
  readonly chain = RegtestChain.withCoins()
  readonly nodes: TestNode[] = []

  /** A new node; with `store`, one that keeps its data there. */
  async add(name: string, store?: Store): Promise<TestNode> {
    const node = new TestNode(name, this.chain)
    this.nodes.push(node)
    await node.start(store)
    return node
  }

  async mine(count = 1): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.chain.mine()
      await this.settle()
      // What nodes tell each other about the block takes a few turns of the event loop.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Resolves when every node has taken in the chain's tip. */
  async settle(): Promise<void> {
    await Promise.all(this.nodes.map(({ node }) => node.caughtUp()))
  }

  /** Confirmed coins for a node, as several outputs. */
  async fund(node: TestNode, value: bigint, times = 3): Promise<void> {
    for (let i = 0; i < times; i++) {
      const answer = await node.call('newaddr')
      const script = decodeAddress(String(answer['bech32'] as string), REGTEST)
      assert(script.ok, 'newaddr gave no address')
      this.chain.fund(script.value, value)
    }
    await this.mine()
  }

  /** An open channel between two connected nodes, told to the network. */
  async open(
    from: TestNode,
    to: TestNode,
    amount: number,
    params: { readonly [name: string]: Json } = {},
  ): Promise<Fields> {
    if (!from.node.peers.isConnected(to.id)) await from.connect(to)
    const opened = await from.call('fundchannel', { id: to.id, amount, ...params })
    const channel = opened['channel_id']
    const ready = [from, to].map((node) => node.until('channel-opened', (n) => n.channel === channel))
    await this.mine(6)
    await Promise.all(ready)
    return opened
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ node }) => node.stop()))
  }

  /** What happened, for the message of a failing test. */
  get log(): string {
    return this.nodes.flatMap(({ log }) => log).join('\n')
  }
}
