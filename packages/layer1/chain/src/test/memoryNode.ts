import { assert, unwrap } from '@ply/bytes'
import {
  checkBlock,
  checkContextualBlock,
  type Coin,
  connectBlock,
  createdOutpoints,
  disconnectBlock,
  requiredOutpoints,
  verifyCollectedChecks,
} from '@ply/consensus'
import type { BlobLocation, Store } from '@ply/ports'
import {
  type Block,
  type BlockHash,
  decodeBlock,
  encodeBlock,
  type NetworkParameters,
  type OutPoint,
  outPointKey,
} from '@ply/primitives'
import { MemoryStore } from '@ply/testkit'
import {
  BLOCK_INDEX_RANGE,
  type BlockNode,
  COIN_RANGE,
  coinKey,
  CoinsCache,
  createIndexOps,
  createTipOp,
  decodeBlockIndexEntry,
  decodeCoin,
  decodeCoinKey,
  decodeUndo,
  encodeUndo,
  HeaderTree,
  TIP_KEY,
} from '../index.ts'

/** What a machine keeps when the power goes: the store, and the files of blocks and undo data. */
export class Disk {
  readonly store: Store = new MemoryStore()
  readonly #records: Uint8Array[] = []

  append(record: Uint8Array): BlobLocation {
    this.#records.push(record)
    return { file: 0, offset: this.#records.length - 1, length: record.length }
  }

  read(location: BlobLocation | undefined): Uint8Array {
    assert(location !== undefined, 'nothing was written')
    return this.#records[location.offset]!
  }
}

/** A node without network or mempool: the smallest shell around the chain. */
export class MemoryNode {
  readonly parameters: NetworkParameters
  readonly #disk: Disk
  readonly #coins = new CoinsCache()
  readonly tree: HeaderTree

  private constructor(parameters: NetworkParameters, disk: Disk, tree: HeaderTree) {
    this.parameters = parameters
    this.#disk = disk
    this.tree = tree
  }

  /** Starts on what is on the disk; an empty one gets the genesis block. */
  static async open(parameters: NetworkParameters, disk: Disk): Promise<MemoryNode> {
    const entries = []
    for await (const [, value] of disk.store.iterate(BLOCK_INDEX_RANGE)) {
      entries.push(unwrap(decodeBlockIndexEntry(value)))
    }
    const tip = (await disk.store.get(TIP_KEY)) as BlockHash | undefined
    const node = new MemoryNode(parameters, disk, unwrap(HeaderTree.restore(parameters, entries, tip)))
    if (tip === undefined) {
      const { genesis } = node.tree
      node.tree.receiveBlock(genesis, 1, disk.append(encodeBlock(parameters.genesis)))
      node.tree.connected(genesis)
      await node.flush()
    }
    return node
  }

  get tip(): BlockNode {
    return this.tree.active.tip!
  }

  /** One batch: coins, index and tip, all or nothing. */
  async flush(): Promise<void> {
    const ops = [...this.#coins.flush(), ...createIndexOps(this.tree.takeDirty()), createTipOp(this.tip.hash)]
    await this.#disk.store.batch(ops)
    this.#coins.evict(20_000)
  }

  /** Takes a block and follows the best chain: the reject reason if it was refused there and then. */
  async submit(block: Block): Promise<string | undefined> {
    const { tree, parameters } = this
    const header = tree.acceptHeader(block.header, block.header.time)
    if (!header.ok) return header.error.reason
    const node = header.value
    if (node.data !== undefined) return undefined
    const checked = checkBlock(block, parameters)
    const contextual = checked.ok ? checkContextualBlock(block, node.previous!, parameters) : checked
    if (!contextual.ok) {
      if (contextual.error.failure !== 'mutated') tree.markInvalid(node, contextual.error)
      return contextual.error.reason
    }
    tree.receiveBlock(node, block.transactions.length, this.#disk.append(encodeBlock(block)))
    return this.activate()
  }

  /** Goes to the best chain; returns the reason of the last block that turned out to be invalid on the way. */
  async activate(): Promise<string | undefined> {
    let reason: string | undefined
    for (;;) {
      const target = this.tree.mostWork()
      if (target === undefined || target === this.tip) return reason
      const plan = this.tree.planReorg(target)
      for (const node of plan.disconnect) await this.#disconnect(node)
      for (const node of plan.connect) {
        const failed = await this.#connect(node)
        if (failed === undefined) continue
        reason = failed
        break
      }
    }
  }

  /** Every coin, as the store and the unwritten changes have it. */
  async coins(): Promise<Map<string, Coin>> {
    const coins = new Map<string, Coin>()
    for await (const [key, value] of this.#disk.store.iterate(COIN_RANGE)) {
      coins.set(outPointKey(unwrap(decodeCoinKey(key))), unwrap(decodeCoin(value)))
    }
    for (const [outpoint, coin] of this.#coins.changes()) {
      if (coin === undefined) coins.delete(outPointKey(outpoint))
      else coins.set(outPointKey(outpoint), coin)
    }
    return coins
  }

  async #load(outpoints: readonly OutPoint[]): Promise<void> {
    const missing = this.#coins.missing(outpoints)
    const values = await this.#disk.store.getMany(missing.map(coinKey))
    missing.forEach((outpoint, i) => unwrap(this.#coins.load(outpoint, values[i])))
  }

  #read(node: BlockNode): Block {
    return unwrap(decodeBlock(this.#disk.read(node.data)))
  }

  async #connect(node: BlockNode): Promise<string | undefined> {
    const block = this.#read(node)
    const context = { parameters: this.parameters, previous: node.previous! }
    await this.#load(requiredOutpoints(block, context))
    const connection = connectBlock(block, this.#coins, context)
    const verdict = connection.ok ? verifyCollectedChecks(connection.value.scripts) : connection
    if (!connection.ok || !verdict.ok) {
      const violation = connection.ok ? verdict : connection
      assert(!violation.ok, 'one of them failed')
      this.tree.markInvalid(node, violation.error)
      return violation.error.reason
    }
    this.#coins.apply(connection.value.delta)
    this.tree.connected(node, this.#disk.append(encodeUndo(connection.value.undo)))
    return undefined
  }

  async #disconnect(node: BlockNode): Promise<void> {
    const block = this.#read(node)
    const undo = unwrap(decodeUndo(this.#disk.read(node.undo)))
    await this.#load(createdOutpoints(block))
    const { delta, clean } = unwrap(disconnectBlock(block, undo, { height: node.height, coins: this.#coins }))
    assert(clean, 'the block left other coins than it had made')
    this.#coins.apply(delta)
    this.tree.disconnected(node)
  }
}
