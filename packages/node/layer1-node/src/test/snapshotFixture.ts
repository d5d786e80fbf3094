import { readFile } from 'node:fs/promises'
import { hexToBytes } from '@ply/bytes'
import { type AssumeutxoData, type BlockHash, type NetworkParameters, REGTEST } from '@ply/primitives'
import type { Layer1NodeOptions } from '../layer1Node.ts'
import { hexOf, spend, TestNode } from './testNode.ts'

const fromDisplay = (hex: string): Uint8Array => hexToBytes(hex).reverse()

/** A node with a chain, a file of its coins after one of the blocks, and a network whose parameters vouch for them. */
export class SnapshotFixture {
  readonly miner: TestNode
  readonly path: string
  readonly data: AssumeutxoData

  private constructor(miner: TestNode, path: string, data: AssumeutxoData) {
    this.miner = miner
    this.path = path
    this.data = data
  }

  /** `above`: blocks on top of the one at `height`; `time` in milliseconds. */
  static async create({ height = 112, above = 10, time = Date.now() } = {}): Promise<SnapshotFixture> {
    const miner = await TestNode.start()
    miner.clock.setMockTime(time)
    await miner.mine(height - 10)
    for (let i = 0; i < 10; i++) {
      // Coins come and go: those after the block are not just all that were ever there.
      if (i < 2) await miner.call('sendrawtransaction', hexOf(spend(await miner.coinbase(1 + i))))
      await miner.mine(1)
    }
    const dumped = (await miner.json('dumptxoutset', 'utxo.dat', 'latest')) as Record<string, string & number>
    await miner.mine(above)
    return new SnapshotFixture(miner, dumped['path']!, {
      height,
      blockHash: fromDisplay(dumped['base_hash']!) as BlockHash,
      coinsHash: fromDisplay(dumped['txoutset_hash']!),
      chainTransactionCount: dumped['nchaintx']!,
    })
  }

  get network(): NetworkParameters {
    return this.networkWith({})
  }

  /** Parameters that vouch for something else. */
  networkWith(changed: Partial<AssumeutxoData>): NetworkParameters {
    return { ...REGTEST, assumeutxo: [{ ...this.data, ...changed }] }
  }

  bytes(): Promise<Uint8Array> {
    return readFile(this.path)
  }

  async block(height: number): Promise<string> {
    return (await this.miner.call('getblock', (await this.miner.json('getblockhash', height)) as string, 0)) as string
  }

  /** Gives a node the blocks at some heights. */
  async feed(node: TestNode, from: number, to: number): Promise<void> {
    for (let height = from; height <= to; height++) await node.call('submitblock', await this.block(height))
  }

  /** A node that has the blocks up to a height and the headers of all others. */
  async follower(height: number, options: Partial<Layer1NodeOptions> = {}): Promise<TestNode> {
    const node = await TestNode.start({ network: this.network, ...options })
    await this.feed(node, 1, height)
    await this.headers(node)
    return node
  }

  async headers(node: TestNode): Promise<void> {
    const { active } = this.miner.node.chain
    for (let height = 1; height <= active.height; height++) {
      await node.node.chain.acceptHeaders([active.at(height)!.header])
    }
  }

  /** Resolves once a node has checked all blocks under its coins. */
  async proven({ node }: TestNode): Promise<void> {
    await node.chain.historySettled()
    if (node.chain.history) throw new Error(`checked only up to height ${node.chain.history.tip.height}`)
  }

  async remove(): Promise<void> {
    await this.miner.remove()
  }
}
