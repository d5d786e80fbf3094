import { bytesToHex, concatBytes, hexToBytes, unwrap, utf8ToBytes } from '@ply/bytes'
import { DEFAULT_POLICY } from '@ply/channel'
import { sha256 } from '@ply/crypto'
import { outPointKey, REGTEST, sats, type Transaction, type Txid } from '@ply/primitives'
import { createRandom, type Random, SeededEntropy } from '@ply/testkit'
import { shortChannelIdParts, type ShortChannelId } from '@ply/wire'
import type { Command, CommandError, CommandResult } from '../command.ts'
import type { NodeEffect } from '../effect.ts'
import type { NodeEvent } from '../event.ts'
import type { NodeCore } from '../core.ts'
import { createCore, LightningNode } from '../node.ts'
import type { Notification } from '../notification.ts'
import { restoreNode } from '../restore.ts'
import type { ChannelKey, NodeConfig, NodeEnv, PeerId } from '../state.ts'
import { SimChain } from './simChain.ts'

export interface SimNodeOptions {
  readonly feeBaseMsat?: number
  readonly feeProportionalMillionths?: number
  readonly cltvExpiryDelta?: number
}

/** A machine with a store that survives it, a wallet script, and what it said to its user. */
export class SimNode {
  readonly name: string
  readonly config: NodeConfig
  readonly store = new Map<string, Uint8Array>()
  readonly notifications: Notification[] = []
  readonly replies = new Map<string, { ok: true; value: CommandResult } | { ok: false; error: CommandError }>()
  readonly walletScript: Uint8Array
  readonly entropy: SeededEntropy
  /** What the first machine is made of: tests look and reach inside. */
  readonly core: NodeCore
  machine: LightningNode
  inbox: NodeEvent[] = []
  alive = true
  /** Dies in the middle of its next turn: after storing, before anything goes out. */
  dying = false

  constructor(name: string, seed: number, options: SimNodeOptions = {}) {
    this.name = name
    const secret = (label: string): Uint8Array => sha256(utf8ToBytes(`${name} ${seed} ${label}`))
    this.walletScript = concatBytes(Uint8Array.of(0, 20), secret('wallet').subarray(0, 20))
    this.entropy = new SeededEntropy(seed)
    this.config = {
      network: REGTEST,
      nodeSecret: secret('node'),
      channelSeed: secret('channels'),
      alias: name,
      color: Uint8Array.of(1, 2, 3),
      addresses: [],
      forwarding: {
        feeBaseMsat: options.feeBaseMsat ?? 1000,
        feeProportionalMillionths: options.feeProportionalMillionths ?? 100,
        cltvExpiryDelta: options.cltvExpiryDelta ?? 40,
        htlcMinimumMsat: 1n,
      },
      channelPolicy: { ...DEFAULT_POLICY, minimumDepth: 1 },
      gossipFlushInterval: 0,
    }
    this.core = createCore(this.config)
    this.machine = new LightningNode(this.core)
  }

  get id(): PeerId {
    return this.machine.nodeId
  }

  /** What belongs to the node in its channels, in msat, when nothing is in flight. */
  channelBalance(): bigint {
    return this.machine.channels().reduce((sum, channel) => sum + channel.localMsat, 0n)
  }
}

/** Nodes in one process, their connections and their chain, driven by one seed. */
export class SimNetwork {
  readonly random: Random
  readonly chain = new SimChain()
  readonly nodes = new Map<PeerId, SimNode>()
  /** Messages on their way, by `from>to`; a connection stands while both directions are here. */
  readonly links = new Map<string, Uint8Array[]>()
  /** Every message that was ever sent. */
  readonly sent: Uint8Array[] = []
  now = 1_700_000_000
  #requests = 0
  #fundings = 0

  constructor(seed: number) {
    this.random = createRandom(seed)
  }

  add(name: string, options: SimNodeOptions = {}): SimNode {
    const node = new SimNode(name, this.random.below(1 << 30), options)
    this.nodes.set(node.id, node)
    this.handle(node, { type: 'start' })
    for (const block of this.chain.blocks) this.handle(node, { type: 'block-connected', ...block })
    return node
  }

  env(node: SimNode): NodeEnv {
    return {
      now: this.now,
      entropy: node.entropy,
      feerates: { normal: 1000, urgent: 2000, minimum: 253 },
      walletScript: node.walletScript,
    }
  }

  handle(node: SimNode, event: NodeEvent): void {
    if (!node.alive) return
    this.run(node, node.machine.handle(event, this.env(node)))
  }

  /** Does what a machine wants done: first the storing, then the rest. */
  run(node: SimNode, effects: readonly NodeEffect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'persist') continue
      for (const op of effect.ops) {
        if (op.type === 'put') node.store.set(bytesToHex(op.key), op.value)
        else node.store.delete(bytesToHex(op.key))
      }
    }
    if (node.dying) {
      this.kill(node)
      return
    }
    for (const effect of effects) this.#run(node, effect)
  }

  #run(node: SimNode, effect: NodeEffect): void {
    switch (effect.type) {
      case 'persist':
      case 'watch':
      case 'release-funding':
        return
      case 'send':
        this.sent.push(effect.bytes)
        this.links.get(`${node.id}>${effect.peer}`)?.push(effect.bytes)
        return
      case 'connect':
        this.connect(node.id, effect.peer)
        return
      case 'disconnect':
        this.disconnect(node.id, effect.peer)
        return
      case 'publish':
        this.chain.publish(effect.transaction)
        return
      case 'load': {
        const prefix = bytesToHex(effect.prefix)
        const entries = [...node.store].filter(([key]) => key.startsWith(prefix))
        node.inbox.push({
          type: 'loaded',
          prefix: effect.prefix,
          entries: entries.map(([key, value]) => [hexToBytes(key), value] as const),
        })
        return
      }
      case 'check-funding': {
        const parts = shortChannelIdParts(effect.shortChannelId as ShortChannelId)
        const output = this.chain.outputAt(parts.blockHeight, parts.transactionIndex, parts.outputIndex)
        node.inbox.push({ type: 'funding-checked', shortChannelId: effect.shortChannelId, output })
        return
      }
      case 'request-funding': {
        const prevout = { txid: sha256(utf8ToBytes(`faucet ${this.#fundings++}`)) as Txid, index: 0 }
        this.chain.faucet(outPointKey(prevout))
        const transaction: Transaction = {
          version: 2,
          inputs: [{ prevout, scriptSig: new Uint8Array(0), sequence: 0xfffffffd, witness: [Uint8Array.of(1)] }],
          outputs: [{ value: sats(effect.valueSat), scriptPubKey: effect.scriptPubKey }],
          lockTime: 0,
        }
        node.inbox.push({ type: 'funding-created', fundingId: effect.fundingId, transaction, outputIndex: 0 })
        return
      }
      case 'reply':
        node.replies.set(effect.requestId, effect.result)
        return
      case 'notify':
        node.notifications.push(effect.notification)
        return
    }
  }

  connect(a: PeerId, b: PeerId): void {
    const [one, two] = [this.nodes.get(a), this.nodes.get(b)]
    if (!one?.alive || !two?.alive || this.links.has(`${a}>${b}`)) return
    this.links.set(`${a}>${b}`, [])
    this.links.set(`${b}>${a}`, [])
    one.inbox.push({ type: 'peer-connected', peer: b, address: `${two.name}:9735`, outbound: true })
    two.inbox.push({ type: 'peer-connected', peer: a, outbound: false })
  }

  disconnect(a: PeerId, b: PeerId): void {
    if (!this.links.delete(`${a}>${b}`)) return
    this.links.delete(`${b}>${a}`)
    this.nodes.get(a)?.inbox.push({ type: 'peer-disconnected', peer: b })
    this.nodes.get(b)?.inbox.push({ type: 'peer-disconnected', peer: a })
  }

  /** The process dies: everything that is not stored is lost. */
  kill(node: SimNode): void {
    node.alive = false
    node.dying = false
    node.inbox = []
    for (const link of [...this.links.keys()]) {
      const [from, to] = link.split('>') as [string, string]
      if (from === node.id || to === node.id) this.disconnect(from, to)
    }
    node.inbox = []
  }

  /** Starts it again from its store, and shows it the blocks that it missed. */
  revive(node: SimNode): void {
    const entries = [...node.store].map(([key, value]) => [hexToBytes(key), value] as const)
    node.machine = unwrap(restoreNode(node.config, entries))
    node.alive = true
    this.handle(node, { type: 'start' })
    const tip = node.machine.tip?.height ?? 0
    for (const block of this.chain.blocks) {
      if (block.height > tip) this.handle(node, { type: 'block-connected', ...block })
    }
  }

  /** Delivers one thing that is under way; false if nothing is. */
  step(): boolean {
    const ready: (() => void)[] = []
    for (const node of this.nodes.values()) {
      if (node.alive && node.inbox.length > 0) ready.push(() => this.handle(node, node.inbox.shift()!))
    }
    // A connection's own events come before its messages.
    if (ready.length === 0) {
      for (const [link, queue] of this.links) {
        const [from, to] = link.split('>') as [string, string]
        if (queue.length === 0) continue
        ready.push(() => {
          this.handle(this.nodes.get(to)!, { type: 'peer-message', peer: from, bytes: queue.shift()! })
        })
      }
    }
    if (ready.length === 0) return false
    this.random.pick(ready)()
    return true
  }

  /** Delivers until all is quiet. */
  settle(limit = 20_000): void {
    for (let steps = 0; this.step(); steps++) if (steps > limit) throw new Error('the network does not come to rest')
  }

  mine(count = 1): void {
    for (let i = 0; i < count; i++) {
      const block = this.chain.mine()
      for (const node of this.nodes.values()) this.handle(node, { type: 'block-connected', ...block })
      this.settle()
    }
  }

  tick(seconds = 1): void {
    this.now += seconds
    for (const node of this.nodes.values()) this.handle(node, { type: 'tick' })
    this.settle()
  }

  /** Gives a command without waiting; the answer will be in the node's replies. */
  command(node: SimNode, command: Command): string {
    const requestId = `${this.#requests++}`
    this.handle(node, { type: 'command', requestId, command })
    return requestId
  }

  /** Gives a command and lets the network come to rest. */
  ask<T extends CommandResult['type']>(
    node: SimNode,
    command: Command & { readonly type: T },
  ): Extract<CommandResult, { readonly type: T }> {
    const id = this.command(node, command)
    this.settle()
    const reply = node.replies.get(id)
    if (!reply?.ok) throw new Error(`${command.type}: ${reply ? JSON.stringify(reply.error) : 'no answer'}`)
    return reply.value as Extract<CommandResult, { readonly type: T }>
  }

  /** Connects two nodes for good and opens a public channel; ready and announced. */
  open(a: SimNode, b: SimNode, fundingSat: bigint, pushMsat = 0n): ChannelKey {
    this.ask(a, { type: 'connect', peer: b.id, address: `${b.name}:9735` })
    const { channel } = this.ask(a, { type: 'open-channel', peer: b.id, fundingSat, pushMsat, announce: true })
    this.mine(6)
    this.tick()
    this.tick()
    return channel
  }

  /** All connections that channels want stand again, and all is quiet. */
  recover(): void {
    for (const node of this.nodes.values()) {
      node.dying = false
      if (!node.alive) this.revive(node)
    }
    for (let i = 0; i < 8; i++) this.tick(i < 4 ? 2 : 10)
  }
}
