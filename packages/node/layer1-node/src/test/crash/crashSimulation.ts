import { mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, ByteWriter, equalBytes, unwrap } from '@ply/bytes'
import {
  type BlockNode,
  COIN_RANGE,
  coinKey,
  createBlockTemplate,
  createSerializedUtxoHash,
  decodeCoin,
  decodeCoinKey,
} from '@ply/chain'
import type { Coin } from '@ply/consensus'
import { mineBlock } from '@ply/mining'
import {
  type Block,
  blockMerkleRoot,
  computeBlockHash,
  computeTxid,
  encodeBlock,
  hashToDisplay,
  type OutPoint,
  REGTEST,
  sats,
  type Transaction,
} from '@ply/primitives'
import { silentLogger } from '@ply/runtime'
import { OP_1, OP_DROP } from '@ply/script'
import { createRandom, ManualClock, type Random } from '@ply/testkit'
import { ChainManager } from '../../chain/chainManager.ts'
import { BlockStore } from '../../storage/blockStore.ts'
import { replayCoins } from '../reorg/replayCoins.ts'
import { DyingStore, Life } from './dyingStore.ts'

const ANYONE = Uint8Array.of(OP_1)
/** Enough that coinbases can be spent, and old files be deleted. */
const FIRST_BLOCKS = 330
/** Some fifteen blocks. */
const BLOCK_FILE_SIZE = 4000
/** Blocks after which a coinbase is spent: none is spent twice on one chain. */
const SPENT_AFTER = 101

/** What the chain said that it holds, and must still hold after its process died. */
interface Promised {
  readonly stored: Map<string, Block>
  readonly failed: Set<string>
}

/** A chain on disk whose process dies at random moments, all from one seed. */
export class CrashSimulation {
  readonly #folder: string
  readonly #random: Random
  readonly #clock = new ManualClock(1_700_000_000_000)
  readonly #life = new Life()
  readonly #store = new DyingStore(this.#life)
  readonly #index = new DyingStore(this.#life)
  readonly #xorKey: Uint8Array
  readonly #promised: Promised = { stored: new Map(), failed: new Set() }
  /** All blocks that were ever made, by hash in hex. */
  readonly #made = new Map<string, Block>()
  /** How often each kind of step came up. */
  readonly tally = new Map<string, number>()
  #blocks!: BlockStore
  #chain!: ChainManager
  #scripts = 0

  private constructor(folder: string, seed: number) {
    this.#folder = folder
    this.#random = createRandom(seed)
    this.#xorKey = this.#random.bytes(8)
  }

  static async start(seed: number): Promise<CrashSimulation> {
    const simulation = new CrashSimulation(await mkdtemp(join(tmpdir(), 'ply-crash-')), seed)
    await simulation.#open()
    for (let i = 0; i < FIRST_BLOCKS; i++) await simulation.#accept(simulation.#make(simulation.#chain.tip))
    return simulation
  }

  async stop(): Promise<void> {
    await this.#chain.close()
    await this.#blocks.close()
    await rm(this.#folder, { recursive: true })
  }

  get height(): number {
    return this.#chain.tip.height
  }

  async #open(): Promise<void> {
    this.#life.revive()
    const { magic } = REGTEST
    const options = { folder: this.#folder, magic, maxFileSize: BLOCK_FILE_SIZE, xorKey: this.#xorKey }
    this.#blocks = await BlockStore.open(options)
    this.#chain = await ChainManager.open({
      parameters: REGTEST,
      store: this.#store,
      index: this.#index,
      blocks: this.#blocks,
      clock: this.#clock,
      logger: silentLogger,
      prune: 'manual',
      checkIndexEvery: 1,
    })
  }

  /** One random event; what was promised before still holds after it. */
  async step(): Promise<void> {
    const steps: readonly (readonly [weight: number, name: string, run: () => Promise<unknown>])[] = [
      [30, 'mine', () => this.#mine(this.#chain.tip, 1 + this.#random.below(4))],
      [15, 'fork', () => this.#fork()],
      [8, 'blocks out of order', () => this.#outOfOrder()],
      [5, 'bad block', () => this.#badBlock()],
      [5, 'invalidate', () => this.#invalidate()],
      [5, 'precious', () => this.#precious()],
      [5, 'time', () => Promise.resolve(this.#clock.advance(this.#random.pick([2000, 600_000])))],
      [3, 'prune', () => this.#prune()],
      [20, 'crash', () => this.#crash()],
      [12, 'crash in a block', () => this.#crashInBlock()],
      [8, 'crash at a batch', () => this.#crashAtBatch()],
    ]
    let at = this.#random.below(steps.reduce((sum, [weight]) => sum + weight, 0))
    const [, name, run] = steps.find(([weight]) => (at -= weight) < 0)!
    this.tally.set(name, (this.tally.get(name) ?? 0) + 1)
    await run()
    await this.#check()
  }

  /** The next block after `previous`; where one may, it spends a coinbase. */
  #make(previous: BlockNode, greed = 0n): Block {
    const spent = previous.ancestor(previous.height + 1 - SPENT_AFTER)
    const tx = spent && spent.height > 0 ? this.#spend(spent) : undefined
    const { block } = createBlockTemplate({
      parameters: REGTEST,
      previous,
      now: Math.floor(this.#clock.now() / 1000),
      version: 0x20000000,
      // No two blocks are the same.
      scriptPubKey: new ByteWriter().u8(OP_1).u8(4).u32(++this.#scripts).u8(OP_DROP).finish(),
      ...(tx && { transactions: [tx] }),
    })
    const made = mineBlock(greed === 0n ? block : withGreed(block, greed))!
    this.#made.set(bytesToHex(computeBlockHash(made.header)), made)
    return made
  }

  #spend({ hash }: BlockNode): Transaction {
    const [coinbase] = this.#made.get(bytesToHex(hash))!.transactions
    const prevout = { txid: computeTxid(coinbase!), index: 0 }
    const value = sats(coinbase!.outputs[0]!.value / 2n)
    return {
      version: 2,
      inputs: [{ prevout, scriptSig: new Uint8Array(0), sequence: 0, witness: [] }],
      outputs: [
        { value, scriptPubKey: ANYONE },
        { value, scriptPubKey: ANYONE },
      ],
      lockTime: 0,
    }
  }

  async #accept(block: Block): Promise<BlockNode> {
    const node = unwrap(await this.#chain.acceptBlock(block, { requested: true }))
    this.#promised.stored.set(bytesToHex(node.hash), block)
    return node
  }

  async #mine(from: BlockNode, count: number): Promise<BlockNode> {
    let node = from
    for (let i = 0; i < count; i++) node = await this.#accept(this.#make(node))
    return node
  }

  async #fork(): Promise<void> {
    const depth = 1 + this.#random.below(6)
    await this.#mine(this.#chain.tip.ancestor(this.height - depth)!, depth + this.#random.below(3) - 1 || 1)
  }

  /** Headers first, then their blocks from the last one down, and maybe not all of them. */
  async #outOfOrder(): Promise<void> {
    const blocks: Block[] = []
    let node = this.#chain.tip
    for (let i = 0; i < 3; i++) {
      const block = this.#make(node)
      node = unwrap(await this.#chain.acceptHeaders([block.header]))
      blocks.unshift(block)
    }
    for (const block of blocks.slice(0, 2 + this.#random.below(2))) await this.#accept(block)
  }

  /** It takes a satoshi that nobody paid: that shows only when it is connected. */
  async #badBlock(): Promise<void> {
    const block = this.#make(this.#chain.tip, 1n)
    const refused = await this.#chain.acceptBlock(block, { requested: true })
    if (refused.ok) throw new Error('a greedy block was taken')
    this.#promised.failed.add(bytesToHex(computeBlockHash(block.header)))
  }

  async #invalidate(): Promise<void> {
    const node = this.#chain.tip.ancestor(this.height - this.#random.below(4))!
    await this.#chain.invalidate(node)
    this.#promised.failed.add(bytesToHex(node.hash))
    if (this.#random.chance(0.5)) await this.#crash()
    await this.#check()
    if (this.#random.chance(0.5)) return
    const again = this.#chain.find(node.hash)!
    await this.#chain.reconsider(again)
    // Also those before it and on top of it: what is bad shows again once it is tried.
    for (const other of this.#chain.tree.nodes()) {
      const isRelated = other.ancestor(again.height) === again || again.ancestor(other.height) === other
      if (isRelated) this.#promised.failed.delete(bytesToHex(other.hash))
    }
  }

  async #precious(): Promise<void> {
    const { chainWork } = this.#chain.tip
    const rivals = [...this.#chain.tree.nodes()].filter((node) => node.chainWork === chainWork && node.isConnectable)
    await this.#chain.precious(this.#random.pick(rivals))
  }

  async #prune(): Promise<void> {
    await this.#chain.prune(this.height)
    for (const node of this.#chain.tree.nodes()) if (!node.data) this.#promised.stored.delete(bytesToHex(node.hash))
  }

  /** Files stay as they are: nothing more is written. */
  async #crash(): Promise<void> {
    const { tip } = this.#chain
    await this.#blocks.close()
    await this.#open()
    if (!equalBytes(this.#chain.tip.hash, tip.hash)) {
      throw new Error(`the tip was ${nameOf(tip)}, and is ${nameOf(this.#chain.tip)} after a crash`)
    }
  }

  /** Some bytes of a block are in the file, or all of them, but nobody was told. */
  async #crashInBlock(): Promise<void> {
    const before = this.#chain.tip
    const block = this.#make(before)
    const { file, offset } = await this.#blocks.appendBlock(block, before.height + 1)
    await this.#blocks.close()
    const path = join(this.#folder, `blk${String(file).padStart(5, '0')}.dat`)
    const { size } = await stat(path)
    const lost = this.#random.chance(0.2) ? 0 : 1 + this.#random.below(size - offset + 7)
    await truncate(path, size - lost)
    await this.#open()
    const expected = lost === 0 ? computeBlockHash(block.header) : before.hash
    if (!equalBytes(this.#chain.tip.hash, expected)) throw new Error(`${lost} bytes less, and the tip is another`)
    if (lost === 0) this.#promised.stored.set(bytesToHex(expected), block)
  }

  /** Death while a block is taken in: it may be there afterwards, or not. */
  async #crashAtBatch(): Promise<void> {
    const before = this.#chain.tip
    this.#life.dieAfter(this.#random.below(4))
    // So that it has something to write.
    this.#clock.advance(2000)
    const from = this.#random.chance(0.5) ? before : before.ancestor(this.height - 2)!
    await this.#mine(from, 4).catch(() => undefined)
    await this.#blocks.close()
    await this.#open()
    const { tip } = this.#chain
    if (tip.chainWork < before.chainWork) throw new Error(`${nameOf(tip)} is worse than ${nameOf(before)}`)
  }

  async #check(): Promise<void> {
    for (const [key, block] of this.#promised.stored) {
      const node = this.#chain.find(computeBlockHash(block.header))
      if (!node?.data) throw new Error(`block ${key} is lost`)
      const stored = await this.#blocks.readBlockBytes(node.data)
      if (!equalBytes(stored, encodeBlock(block))) throw new Error(`another block lies in place of ${key}`)
    }
    for (const node of this.#chain.tree.nodes()) {
      if (this.#promised.failed.has(bytesToHex(node.hash)) && !node.failed) throw new Error('a bad block is good again')
    }
    await this.#checkCoins()
  }

  async #checkCoins(): Promise<void> {
    const nodes = Array.from({ length: this.height }, (_, i) => this.#chain.tree.active.at(i + 1)!)
    const expected = replayCoins(nodes.map(({ hash }) => this.#made.get(bytesToHex(hash))!))
    const coins = await this.#coins()
    const hash = createSerializedUtxoHash()
    for (const [outpoint, coin] of coins) hash.add(outpoint, coin)
    if (coins.length === expected.count && hashToDisplay(hash.digest()) === expected.hash) return
    throw new Error(`the coins at height ${this.height} are not those of a replay`)
  }

  /** Those of the store with the changes in memory, which are left as they are. */
  async #coins(): Promise<(readonly [OutPoint, Coin])[]> {
    const coins = new Map<string, readonly [OutPoint, Coin]>()
    for await (const [key, value] of this.#store.iterate(COIN_RANGE)) {
      coins.set(bytesToHex(key), [unwrap(decodeCoinKey(key)), unwrap(decodeCoin(value))])
    }
    for (const [outpoint, coin] of this.#chain.coins.changes()) {
      const key = bytesToHex(coinKey(outpoint))
      if (coin) coins.set(key, [outpoint, coin])
      else coins.delete(key)
    }
    return [...coins].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, coin]) => coin)
  }
}

const nameOf = ({ hash, height }: BlockNode): string => `${height} ${hashToDisplay(hash)}`

/** The block with a coinbase that takes so much too much. */
function withGreed({ header, transactions: [coinbase, ...others] }: Block, greed: bigint): Block {
  const outputs = coinbase!.outputs.map((output, i) =>
    i === 0 ? { ...output, value: sats(output.value + greed) } : output,
  )
  const transactions = [{ ...coinbase!, outputs }, ...others]
  return { header: { ...header, merkleRoot: blockMerkleRoot({ transactions }).root }, transactions }
}
