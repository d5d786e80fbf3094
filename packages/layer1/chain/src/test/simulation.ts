import { bytesToHex } from '@ply/bytes'
import { COINBASE_MATURITY } from '@ply/consensus'
import { type Block, computeBlockHash, computeTxid, outPointKey, REGTEST, type Transaction } from '@ply/primitives'
import { createRandom, type Random } from '@ply/testkit'
import type { BlockNode } from '../index.ts'
import { type BlockPlan, buildBlock, createSpend, matureCoins } from './blockBuilder.ts'
import { Disk, MemoryNode } from './memoryNode.ts'
import { replay, type Replay } from './replay.ts'
import { SCRIPTS } from './signing.ts'

type Spends = BlockPlan['spends']

/** A node under blocks, forks, fraud and power cuts, all from one seed. */
export class Simulation {
  readonly #random: Random
  readonly #disk: Disk
  readonly #blocks = new Map<string, Block>()
  #node: MemoryNode
  /** How often each kind of step and each reject reason came up. */
  readonly tally = new Map<string, number>()

  private constructor(seed: number, disk: Disk, node: MemoryNode) {
    this.#random = createRandom(seed)
    this.#disk = disk
    this.#node = node
  }

  /** A node with enough blocks that the first coinbases can be spent. */
  static async start(seed: number): Promise<Simulation> {
    const disk = new Disk()
    const simulation = new Simulation(seed, disk, await MemoryNode.open(REGTEST, disk))
    for (let i = 0; i < COINBASE_MATURITY + 5; i++) {
      const block = simulation.#build(simulation.#node.tip, [])
      await simulation.#submit(block)
    }
    return simulation
  }

  /** One random event, and then the books are checked. */
  async step(): Promise<void> {
    const steps: readonly (readonly [weight: number, name: string, run: () => Promise<void>])[] = [
      [30, 'mine', () => this.#mine()],
      [22, 'fork', () => this.#fork()],
      [10, 'double spend', () => this.#doubleSpend()],
      [5, 'bad signature', () => this.#badSignature()],
      [5, 'greedy coinbase', () => this.#greedyCoinbase()],
      [6, 'restart', () => this.#restart(true)],
      [8, 'power cut', () => this.#restart(false)],
      [6, 'invalidate', () => this.#invalidate()],
      [3, 'precious', () => this.#precious()],
    ]
    let at = this.#random.below(steps.reduce((sum, [weight]) => sum + weight, 0))
    const chosen = steps.find(([weight]) => (at -= weight) < 0)!
    this.#count(chosen[1])
    await chosen[2]()
    await this.check()
  }

  /** The coins are those of a replay from genesis, and they add up to what was ever created less what was burnt. */
  async check(): Promise<void> {
    const expected = this.#view(this.#node.tip)
    const actual = await this.#node.coins()
    if (actual.size !== expected.coins.size) throw new Error(`${actual.size} coins, not ${expected.coins.size}`)
    let total = 0n
    for (const [key, coin] of actual) {
      const wanted = expected.coins.get(key)
      const same =
        wanted?.height === coin.height &&
        wanted.isCoinbase === coin.isCoinbase &&
        wanted.output.value === coin.output.value &&
        bytesToHex(wanted.output.scriptPubKey) === bytesToHex(coin.output.scriptPubKey)
      if (!same) throw new Error(`coin ${key} is not as replayed`)
      total += coin.output.value
    }
    if (total !== expected.supply) throw new Error(`${total} satoshi, not ${expected.supply}`)
  }

  get height(): number {
    return this.#node.tip.height
  }

  #count(name: string): void {
    this.tally.set(name, (this.tally.get(name) ?? 0) + 1)
  }

  /** The coins after the block `node`, by the model. */
  #view(node: BlockNode): Replay {
    const blocks: Block[] = []
    for (let at: BlockNode = node; at.previous !== undefined; at = at.previous) {
      blocks.push(this.#blocks.get(bytesToHex(at.hash))!)
    }
    return replay(blocks.reverse(), REGTEST)
  }

  #build(previous: BlockNode, spends: Spends, greed = 0n): Block {
    const block = buildBlock({ previous, spends, greed, scriptPubKey: this.#random.pick(SCRIPTS) })
    this.#blocks.set(bytesToHex(computeBlockHash(block.header)), block)
    return block
  }

  /** Gives the node a block, follows whether it was taken, and sometimes lets it write. */
  async #submit(block: Block): Promise<string | undefined> {
    const before = this.#node.tip
    const reason = await this.#node.submit(block)
    if (this.#node.tree.active.findFork(before) !== before) this.#count('reorg')
    if (reason !== undefined) this.#count(reason)
    if (this.#random.chance(0.4)) await this.#node.flush()
    return reason
  }

  /** Up to three transactions over coins of `view`, the later ones now and then over outputs of the earlier. */
  #spends(view: Replay, height: number): { tx: Transaction; fee: Spends[number]['fee'] }[] {
    const free = matureCoins(view, height)
    const spends: { tx: Transaction; fee: Spends[number]['fee'] }[] = []
    for (let i = this.#random.below(4); i > 0; i--) {
      const count = Math.min(free.length, 1 + this.#random.below(3))
      const coins = Array.from({ length: count }, () => free.splice(this.#random.below(free.length), 1)[0]!)
      if (coins.length === 0) break
      const spend = createSpend(coins, this.#random)
      spends.push(spend)
      if (!this.#random.chance(0.5)) continue
      const txid = computeTxid(spend.tx)
      const output = spend.tx.outputs.at(-1)!
      const outpoint = { txid, index: spend.tx.outputs.length - 1 }
      free.unshift({ output, height, isCoinbase: false, outpoint })
    }
    return spends
  }

  #buildOn(previous: BlockNode, greed = 0n): Block {
    return this.#build(previous, this.#spends(this.#view(previous), previous.height + 1), greed)
  }

  async #mine(): Promise<void> {
    await this.#submit(this.#buildOn(this.#node.tip))
  }

  /** A branch from a few blocks back that may or may not overtake. Its spends conflict with those it replaces. */
  async #fork(): Promise<void> {
    const { tree, tip } = this.#node
    const depth = 1 + this.#random.below(5)
    let previous = tip.ancestor(tip.height - depth)!
    for (let i = depth + this.#random.below(3) - 1; i >= 0; i--) {
      const block = this.#buildOn(previous)
      await this.#submit(block)
      previous = tree.get(computeBlockHash(block.header))!
    }
  }

  /** A block that must be refused for `reason`, alone or at the end of a branch that would otherwise win. */
  async #refused(block: Block, reason: string): Promise<void> {
    const before = this.#node.tip
    const given = await this.#submit(block)
    if (given !== reason || this.#node.tip !== before) throw new Error(`refused for ${given}, not for ${reason}`)
  }

  async #doubleSpend(): Promise<void> {
    const { tip } = this.#node
    const height = tip.height + 1
    const coins = matureCoins(this.#view(tip), height)
    // A coin that the chain spent already, or one that the same block spends twice.
    const past = this.#view(tip.ancestor(tip.height - 4)!)
    const current = new Set(coins.map((coin) => outPointKey(coin.outpoint)))
    const spent = matureCoins(past, height).filter((coin) => !current.has(outPointKey(coin.outpoint)))
    const victim = spent.length > 0 && this.#random.chance(0.5) ? this.#random.pick(spent) : undefined
    const coin = victim ?? this.#random.pick(coins)
    const second = createSpend([coin], this.#random)
    const first =
      victim === undefined ? [createSpend([coin, ...coins.filter((c) => c !== coin).slice(0, 1)], this.#random)] : []
    await this.#refused(this.#build(tip, [...first, second]), 'bad-txns-inputs-missingorspent')
  }

  async #badSignature(): Promise<void> {
    const { tip } = this.#node
    const coins = matureCoins(this.#view(tip), tip.height + 1)
    const { tx, fee } = createSpend([this.#random.pick(coins)], this.#random)
    const [input] = tx.inputs
    const [first, ...rest] = input!.witness
    const spoilt = first!.slice()
    spoilt[10 % spoilt.length]! ^= 1
    const block = this.#build(tip, [{ tx: { ...tx, inputs: [{ ...input!, witness: [spoilt, ...rest] }] }, fee }])
    const before = this.#node.tip
    const reason = await this.#submit(block)
    if (reason?.startsWith('block-script-verify-flag-failed') !== true || this.#node.tip !== before) {
      throw new Error(`a bad signature gave ${reason}`)
    }
  }

  async #greedyCoinbase(): Promise<void> {
    const { tip } = this.#node
    const coins = matureCoins(this.#view(tip), tip.height + 1)
    const spend = createSpend([this.#random.pick(coins)], this.#random)
    const greed = this.#random.chance(0.5) ? 1n : -1n
    const block = this.#build(tip, [spend], greed)
    if (greed > 0n) await this.#refused(block, 'bad-cb-amount')
    else await this.#submit(block)
  }

  /** Stops, with or without writing first, and starts on what is on the disk; then hears of all blocks again. */
  async #restart(clean: boolean): Promise<void> {
    if (clean) await this.#node.flush()
    const before = this.#node.tip.hash
    this.#node = await MemoryNode.open(REGTEST, this.#disk)
    if (clean && bytesToHex(this.#node.tip.hash) !== bytesToHex(before)) throw new Error('restart changed the tip')
    await this.check()
    for (const block of this.#blocks.values()) await this.#node.submit(block)
  }

  async #invalidate(): Promise<void> {
    const { tree, tip } = this.#node
    const victim = tip.ancestor(tip.height - this.#random.below(4))!
    tree.invalidate(victim)
    await this.#node.activate()
    if (tree.active.contains(victim)) throw new Error('an invalidated block stayed')
    await this.check()
    if (this.#random.chance(0.3)) await this.#mine()
    tree.reconsider(victim)
    await this.#node.activate()
  }

  async #precious(): Promise<void> {
    const rivals = this.#node.tree.tips().filter(({ status }) => status === 'valid-fork' || status === 'valid-headers')
    const rival = rivals.find(({ node }) => node.chainWork === this.#node.tip.chainWork)
    if (rival === undefined) return
    this.#node.tree.precious(rival.node)
    await this.#node.activate()
    if (this.#node.tip !== rival.node && rival.node.validity === 'scripts')
      throw new Error('precious was not preferred')
    this.#count('precious reorg')
  }
}
