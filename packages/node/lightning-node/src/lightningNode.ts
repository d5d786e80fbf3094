import { assert, type Result, utf8ToBytes } from '@ply/bytes'
import { type ChannelPolicy, DEFAULT_POLICY } from '@ply/channel'
import { hmacSha256 } from '@ply/crypto'
import type {
  Command,
  CommandError,
  CommandResult,
  ForwardingPolicy,
  NetworkAddress,
  NodeEnv,
  NodeEvent,
  Notification,
} from '@ply/lightning'
import type { Clock, Entropy, Logger, Store, Transport } from '@ply/ports'
import { computeBlockHash } from '@ply/primitives'
import { type ChainConsumer, ChainFollower } from './chain/chainFollower.ts'
import { WatchList } from './chain/watchList.ts'
import type { ChainBackend } from './chainBackend.ts'
import { EffectRunner } from './engine/effectRunner.ts'
import { Engine } from './engine/engine.ts'
import type { NodeMachine } from './engine/machine.ts'
import { openMachine } from './engine/openMachine.ts'
import { Requests } from './engine/requests.ts'
import { PeerHub } from './peers/peerHub.ts'
import { FeerateTable } from './wallet/feerateTable.ts'
import { OnchainWallet } from './wallet/onchainWallet.ts'
import { Publisher } from './wallet/publisher.ts'

export interface LightningNodeOptions {
  readonly backend: ChainBackend
  /** Owned by the node from now on: it closes it. */
  readonly store: Store
  readonly transport: Transport
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  /** 32 secret bytes from which the node's id, its channels' keys and its wallet are derived. */
  readonly seed: Uint8Array
  readonly alias: string
  /** `host:port` to listen on; port 0 takes a free one. Missing: no inbound connections. */
  readonly listen?: NetworkAddress
  /** Addresses to announce. */
  readonly announce?: readonly NetworkAddress[]
  readonly color?: Uint8Array
  readonly forwarding?: Partial<ForwardingPolicy>
  /** What differs from `DEFAULT_POLICY`. On regtest one confirmation opens a channel. */
  readonly channelPolicy?: Partial<ChannelPolicy>
  /** Seconds between two flushes of other people's gossip; 1 on regtest, else 60. */
  readonly gossipFlushInterval?: number
  /** Height of the first block that a new node looks at; by default a day back. Lower to find a restored seed's coins. */
  readonly birthHeight?: number
  /** Milliseconds between ticks of the machine; 1000 by default. */
  readonly tickInterval?: number
  /** Called once if the node has to stop by itself: nothing goes out any more. */
  failed?(error: unknown): void
}

const DEFAULT_FORWARDING: ForwardingPolicy = {
  feeBaseMsat: 1000,
  feeProportionalMillionths: 10,
  cltvExpiryDelta: 34,
  htlcMinimumMsat: 1n,
}
/** A new node begins so far back that a reorganisation cannot take its first block from it. */
const FIRST_BLOCKS = 144
const DEFAULT_COLOR = Uint8Array.of(0x3f, 0x8f, 0x6b)

function deriveSecrets(seed: Uint8Array): { readonly nodeSecret: Uint8Array; readonly channelSeed: Uint8Array } {
  assert(seed.length === 32, 'a node seed has 32 bytes')
  const derive = (use: string): Uint8Array => hmacSha256(seed, utf8ToBytes(`ply lightning ${use}`))
  return { nodeSecret: derive('node id'), channelSeed: derive('channels') }
}

/** What may stand in a log of a notification: names and figures, no preimages. */
const loggable = ({ type: _type, ...fields }: Notification): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value !== 'object'))

interface NodeParts {
  readonly machine: NodeMachine
  readonly wallet: OnchainWallet
  readonly birthHeight: number
}

/** One running Lightning node: the pure machine, wired to a chain, a store, sockets and a wallet. */
export class LightningNode {
  readonly machine: NodeMachine
  readonly wallet: OnchainWallet
  readonly backend: ChainBackend
  readonly alias: string
  readonly color: Uint8Array
  readonly feerates: FeerateTable
  readonly peers: PeerHub
  readonly publisher: Publisher
  readonly #options: LightningNodeOptions
  readonly #engine: Engine
  readonly #follower: ChainFollower
  readonly #watchList = new WatchList()
  readonly #requests = new Requests()
  readonly #listeners = new Set<(notification: Notification) => void>()
  #cancelTick: (() => void) | undefined
  #stopping: Promise<void> | undefined
  #failed = false

  private constructor(options: LightningNodeOptions, parts: NodeParts) {
    const { backend, store, transport, clock, entropy, seed } = options
    const logger = options.logger.child('ln')
    this.#options = options
    this.machine = parts.machine
    this.wallet = parts.wallet
    this.backend = backend
    this.alias = options.alias
    this.color = options.color ?? DEFAULT_COLOR
    this.feerates = new FeerateTable(backend, logger)
    const failed = (error: unknown): void => {
      this.#fail(error)
    }
    const post = (event: NodeEvent): Promise<void> => this.#engine.post(event)
    this.peers = new PeerHub({
      transport,
      clock,
      entropy,
      logger,
      nodeId: this.machine.nodeId,
      nodeSecret: deriveSecrets(seed).nodeSecret,
      isKnown: (peer) => this.machine.channels().some((channel) => channel.peer === peer),
      post,
    })
    this.publisher = new Publisher({
      backend,
      wallet: this.wallet,
      signer: this.machine.signer,
      logger,
      urgentFeerate: () => this.feerates.current.urgent,
    })
    const runner = new EffectRunner({
      backend,
      store,
      peers: this.peers,
      wallet: this.wallet,
      publisher: this.publisher,
      requests: this.#requests,
      logger,
      post,
      failed,
      notified: (notification) => {
        logger.log('info', notification.type, loggable(notification))
        for (const listener of [...this.#listeners]) listener(notification)
      },
    })
    this.#engine = new Engine({
      machine: this.machine,
      store,
      logger,
      env: () => this.#env(),
      run: (effect) => {
        runner.run(effect)
      },
      watch: (effect) => {
        this.#watchList.add(effect)
      },
      shellOps: () => this.wallet.takeOps(),
      failed,
    })
    this.#follower = new ChainFollower({
      backend,
      logger,
      consumer: this.#consumer(),
      firstHeight: parts.birthHeight,
      failed,
    })
  }

  /**
   * Opens the node from its store (or makes a new one), catches up with the chain, listens, and reconnects to the peers
   * of its channels. Resolves when it stands at the chain's tip; rejects with everything closed, the store too.
   */
  static async start(options: LightningNodeOptions): Promise<LightningNode> {
    const { backend, store, entropy, clock, seed } = options
    const tip = await backend.tip()
    const birthHeight = Math.min(options.birthHeight ?? Math.max(0, tip.height - FIRST_BLOCKS), tip.height)
    const machine = await openMachine(store, {
      network: backend.network,
      ...deriveSecrets(seed),
      alias: options.alias,
      color: options.color ?? DEFAULT_COLOR,
      addresses: options.announce ?? [],
      forwarding: { ...DEFAULT_FORWARDING, ...options.forwarding },
      gossipFlushInterval: options.gossipFlushInterval ?? (backend.network.name === 'regtest' ? 1 : 60),
      channelPolicy: {
        ...DEFAULT_POLICY,
        minimumDepth: backend.network.name === 'regtest' ? 1 : DEFAULT_POLICY.minimumDepth,
        ...options.channelPolicy,
      },
    })
    const now = (): number => Math.floor(clock.now() / 1000)
    const wallet = await OnchainWallet.open({ store, network: backend.network, entropy, seed, birthHeight, now })
    const node = new LightningNode(options, { machine, wallet, birthHeight })
    try {
      await node.#open()
    } catch (error) {
      // It closes the store too: nothing of it may go on behind its owner's back.
      await node.stop()
      throw error
    }
    return node
  }

  async #open(): Promise<void> {
    await this.feerates.refresh()
    this.publisher.startAt(this.wallet.tip?.height ?? 0)
    await this.#engine.post({ type: 'start' })
    await this.#follower.start()
    if (this.#options.listen !== undefined) await this.peers.listen(this.#options.listen)
    this.#scheduleTick()
  }

  get nodeId(): string {
    return this.machine.nodeId
  }

  /** Addresses that it listens on. */
  get listening(): readonly NetworkAddress[] {
    return this.peers.listening
  }

  /** Runs a command and resolves with the machine's answer. */
  async command(command: Command): Promise<Result<CommandResult, CommandError>> {
    const { requestId, answer } = this.#requests.open()
    await this.#engine.post({ type: 'command', requestId, command })
    return answer
  }

  /** Calls `listener` for everything worth telling; returns the function that ends it. */
  onNotification(listener: (notification: Notification) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Resolves when the node has taken in the tip that the chain has now, and given its transactions to the mempool. */
  async caughtUp(): Promise<void> {
    await this.#follower.sync()
    await this.publisher.idle()
  }

  /** Resolves when what the wallet changed outside of events (addresses handed out) is on disk. */
  async flush(): Promise<void> {
    await this.#engine.post({ type: 'tick' })
    await this.#options.store.batch([], { sync: true })
  }

  /** Entries of the shell beside the machine's: names of invoices. */
  get store(): Store {
    return this.#options.store
  }

  get clock(): Clock {
    return this.#options.clock
  }

  /** Finishes what is being handled, closes connections and the store. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      const { store } = this.#options
      this.#cancelTick?.()
      // After a failure the follower waits for an engine that will not answer.
      const following = this.#follower.stop()
      if (!this.#failed) await following
      await this.peers.stop()
      await this.#engine.stop()
      this.#requests.close('the node is stopping')
      await this.publisher.idle()
      const ops = this.#failed ? [] : this.wallet.takeOps()
      if (ops.length > 0) await store.batch(ops, { sync: true })
      await store.close()
    })()
    return this.#stopping
  }

  #fail(error: unknown): void {
    if (this.#failed) return
    this.#failed = true
    this.#options.logger.log('error', 'the Lightning node stops', { error })
    this.#cancelTick?.()
    void this.#engine.stop()
    void this.peers.stop()
    this.#options.failed?.(error)
  }

  #env(): NodeEnv {
    return {
      now: Math.floor(this.#options.clock.now() / 1000),
      entropy: this.#options.entropy,
      feerates: this.feerates.current,
      walletScript: this.wallet.script,
    }
  }

  #scheduleTick(): void {
    const { clock, tickInterval = 1000 } = this.#options
    this.#cancelTick = clock.schedule(tickInterval, () => {
      void this.#engine.post({ type: 'tick' })
      this.#scheduleTick()
    })
  }

  /** Wallet and machine go through blocks together; both tips are in the same batch. */
  #consumer(): ChainConsumer {
    return {
      tip: () => this.wallet.tip,
      connect: async (height, block) => {
        const hash = computeBlockHash(block.header)
        await this.#engine.post(() => ({
          event: { type: 'block-connected', height, hash, transactions: this.#watchList.select(block) },
          ops: this.wallet.connectBlock(height, block),
        }))
        this.publisher.blockConnected(height, block)
        await this.feerates.refresh()
      },
      disconnect: async () => {
        const { height, hash } = this.wallet.tip!
        const previousHash = this.wallet.blockHashAt(height - 1)
        assert(previousHash !== undefined, 'reorganisation deeper than the node remembers')
        await this.#engine.post(() => ({
          event: { type: 'block-disconnected', height, hash, previousHash },
          ops: this.wallet.disconnectBlock(),
        }))
        this.publisher.blockDisconnected(height)
      },
    }
  }
}
