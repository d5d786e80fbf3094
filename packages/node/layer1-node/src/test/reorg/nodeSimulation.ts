import { computeSubsidy } from '@ply/consensus'
import { type Block, computeTxid, REGTEST, type Transaction } from '@ply/primitives'
import { createRandom, type Random } from '@ply/testkit'
import { hexOf, OPEN_ADDRESS, openInput, openOutput, TestNode } from '../testNode.ts'
import { type ReplayedCoins, replayCoins } from './replayCoins.ts'

const FIRST_BLOCKS = 110

/** A whole node on disk under blocks, transactions, reorgs and restarts, all from one seed. */
export class NodeSimulation {
  readonly #test: TestNode
  readonly #random: Random
  /** How often each kind of step came up. */
  readonly tally = new Map<string, number>()

  private constructor(test: TestNode, seed: number) {
    this.#test = test
    this.#random = createRandom(seed)
  }

  static async start(seed: number): Promise<NodeSimulation> {
    const test = await TestNode.start({ verification: { checkIndexEvery: 1, checkMempoolEvery: 1 } })
    test.clock.setMockTime(1_700_000_000_000)
    await test.mine(FIRST_BLOCKS)
    return new NodeSimulation(test, seed)
  }

  stop(): Promise<void> {
    return this.#test.remove()
  }

  get height(): number {
    return this.#test.node.chain.tip.height
  }

  /** One random event, and then the books are checked. */
  async step(): Promise<void> {
    const steps: readonly (readonly [weight: number, name: string, run: () => Promise<unknown>])[] = [
      [30, 'pay', () => this.#pay()],
      [20, 'mine', () => this.#test.call('generatetoaddress', 1 + this.#random.below(2), OPEN_ADDRESS)],
      [20, 'reorg', () => this.#reorg()],
      [12, 'double spend', () => this.#doubleSpend()],
      [8, 'invalidate', () => this.#invalidate()],
      [6, 'restart', () => this.#test.restart()],
    ]
    let at = this.#random.below(steps.reduce((sum, [weight]) => sum + weight, 0))
    const [, name, run] = steps.find(([weight]) => (at -= weight) < 0)!
    this.tally.set(name, (this.tally.get(name) ?? 0) + 1)
    // No two blocks at the same moment.
    this.#test.clock.setMockTime(this.#test.clock.now() + 1000)
    await run()
    await this.check()
  }

  async #blocks(): Promise<Block[]> {
    const { chain } = this.#test.node
    const heights = Array.from({ length: chain.tip.height }, (_, i) => i + 1)
    return Promise.all(heights.map((height) => chain.readBlock(chain.tree.active.at(height)!)))
  }

  /** Some old coinbase that may be spent already. */
  async #parent(): Promise<Transaction> {
    const height = 1 + this.#random.below(this.height - 100)
    return this.#test.coinbase(height)
  }

  /** Pays one coin on, in one or two steps; what the pool does not take is no harm. */
  async #pay(): Promise<void> {
    const from = await this.#parent()
    const value = from.outputs[0]!.value - BigInt(1000 * (1 + this.#random.below(9)))
    if (value < 10_000n) return
    const half = value / 2n
    const tx: Transaction = {
      version: 2,
      inputs: [openInput(computeTxid(from))],
      outputs: [openOutput(half), openOutput(value - half)],
      lockTime: 0,
    }
    await this.#test.failure('sendrawtransaction', hexOf(tx), 0)
    if (!this.#random.chance(0.5)) return
    const child = { ...tx, inputs: [openInput(computeTxid(tx))], outputs: [openOutput(half - 2000n)] }
    await this.#test.failure('sendrawtransaction', hexOf(child), 0)
  }

  #reorg(): Promise<unknown> {
    const depth = 1 + this.#random.below(6)
    return this.#test.call('reorg', depth, depth + this.#random.below(3) - 1 || 1)
  }

  /** A block that spends a coin again must be refused. */
  async #doubleSpend(): Promise<void> {
    const { chain } = this.#test.node
    const from = await this.#parent()
    const spend = (fee: bigint): Transaction => ({
      version: 2,
      inputs: [openInput(computeTxid(from))],
      outputs: [openOutput(from.outputs[0]!.value - fee)],
      lockTime: 0,
    })
    const before = chain.tip
    const refused = await this.#test.failure('generateblock', OPEN_ADDRESS, [hexOf(spend(1n)), hexOf(spend(2n))])
    const expected = /^-25 TestBlockValidity failed: bad-txns-inputs-missingorspent/
    if (!expected.test(refused) || chain.tip !== before) throw new Error(`a double spend gave ${refused}`)
  }

  async #invalidate(): Promise<void> {
    const { chain } = this.#test.node
    const hash = (await this.#test.json('getblockhash', chain.tip.height - this.#random.below(4))) as string
    await this.#test.call('invalidateblock', hash)
    await this.check()
    if (this.#random.chance(0.3)) await this.#test.mine(1)
    if (this.#random.chance(0.3)) await this.#test.restart()
    await this.#test.call('reconsiderblock', hash)
  }

  /** Coins are those of a replay from genesis, no satoshi too many, and the pool could go into blocks. */
  async check(): Promise<void> {
    const blocks = await this.#blocks()
    const expected = replayCoins(blocks)
    const info = (await this.#test.json('gettxoutsetinfo')) as { txouts: number; hash_serialized_3: string }
    if (info.txouts !== expected.count || info.hash_serialized_3 !== expected.hash) {
      throw new Error(`the coins at height ${this.height} are not those of a replay`)
    }
    this.#checkSupply(blocks, expected)
    this.#checkPool()
  }

  /** What was ever created, less what miners did not take: everything here is paid to somebody. */
  #checkSupply(blocks: readonly Block[], { total }: ReplayedCoins): void {
    let created = 0n
    let burnt = 0n
    for (const [i, { transactions }] of blocks.entries()) {
      created += computeSubsidy(i + 1, REGTEST)
      // Rewards that `reorg` gives to nobody.
      const outputs = transactions[0]!.outputs.filter(({ scriptPubKey }) => scriptPubKey[0] === 0x6a)
      for (const { value } of outputs) burnt += value
    }
    if (total !== created - burnt) throw new Error(`${total} satoshi are there, not ${created - burnt}`)
  }

  /** No two spend the same, and parents stand before children. */
  #checkPool(): void {
    const { mempool } = this.#test.node.mempool
    const seen = new Set<string>()
    for (const entry of mempool.inMiningOrder()) {
      for (const parent of entry.parents) if (!seen.has(parent.key)) throw new Error('a child stands before its parent')
      for (const { prevout } of entry.tx.inputs) {
        if (mempool.graph.spender(prevout) !== entry) throw new Error('two of the pool spend the same')
      }
      seen.add(entry.key)
    }
  }
}
