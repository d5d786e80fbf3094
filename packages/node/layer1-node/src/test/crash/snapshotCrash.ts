import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, equalBytes, unwrap } from '@ply/bytes'
import {
  type BlockNode,
  COIN_RANGE,
  type CoinsCache,
  coinKey,
  createSerializedUtxoHash,
  decodeCoin,
  decodeCoinKey,
  SNAPSHOT_METADATA_SIZE,
} from '@ply/chain'
import { type Block, computeBlockHash, hashToDisplay } from '@ply/primitives'
import { silentLogger } from '@ply/runtime'
import { createRandom, ManualClock, type Random } from '@ply/testkit'
import { ChainManager } from '../../chain/chainManager.ts'
import { populateStore } from '../../snapshot/populateStore.ts'
import { isProven } from '../../snapshot/storedSnapshot.ts'
import { BlockStore } from '../../storage/blockStore.ts'
import { replayCoins } from '../reorg/replayCoins.ts'
import type { SnapshotFixture } from '../snapshotFixture.ts'
import { DyingStore, Life } from './dyingStore.ts'

/** Some ten blocks. */
const BLOCK_FILE_SIZE = 4000
const FOLDERS = { chainstate: '', chainstateSnapshot: '' }

/** A chain that goes on from a snapshot and checks what is below, whose process dies at random moments of that. */
export class SnapshotCrash {
  readonly #fixture: SnapshotFixture
  readonly #folder: string
  readonly #random: Random
  readonly #clock = new ManualClock(1_700_000_000_000)
  readonly #life = new Life()
  readonly #index = new DyingStore(this.#life)
  #coins = new DyingStore(this.#life)
  readonly #snapshot = new DyingStore(this.#life)
  /** A process that died left word that the snapshot is to be gone on with. */
  #isNamed = false
  #blocks!: BlockStore
  #chain!: ChainManager
  /** Blocks behind genesis, by height. */
  readonly #made: Block[] = []
  /** Heights of those that the chain said it has. */
  readonly #stored = new Set<number>()
  readonly tally = new Map<string, number>()

  private constructor(fixture: SnapshotFixture, folder: string, seed: number) {
    this.#fixture = fixture
    this.#folder = folder
    this.#random = createRandom(seed)
  }

  /** A chain of some blocks that knows all headers. */
  static async start(fixture: SnapshotFixture, seed: number): Promise<SnapshotCrash> {
    const crash = new SnapshotCrash(fixture, await mkdtemp(join(tmpdir(), 'ply-snapshot-')), seed)
    const { chain } = fixture.miner.node
    const nodes = Array.from({ length: chain.tip.height }, (_, i) => chain.active.at(i + 1)!)
    for (const node of nodes) crash.#made.push(await chain.readBlock(node))
    await crash.#open()
    unwrap(await crash.#chain.acceptHeaders(nodes.map(({ header }) => header)))
    for (let height = 1; height <= 20; height++) await crash.#accept(height)
    await crash.#chain.flush()
    await crash.#adoptOrDie()
    return crash
  }

  async stop(): Promise<void> {
    await this.#chain.close()
    await this.#blocks.close()
    await rm(this.#folder, { recursive: true })
  }

  /** Every block came, and was checked. */
  get isProven(): boolean {
    return this.#chain.history === undefined && this.#chain.tip.height === this.#made.length
  }

  get #data() {
    return this.#fixture.data
  }

  /** As the node does when it starts. */
  async #open(): Promise<void> {
    this.#life.revive()
    if (this.#isNamed && (await isProven(FOLDERS, this.#coins, { data: this.#data, logger: silentLogger }))) {
      this.#coins = this.#snapshot
      this.#isNamed = false
    }
    const { network } = this.#fixture
    this.#blocks = await BlockStore.open({ folder: this.#folder, magic: network.magic, maxFileSize: BLOCK_FILE_SIZE })
    this.#chain = await ChainManager.open({
      parameters: network,
      store: this.#coins,
      index: this.#index,
      snapshot: this.#isNamed ? this.#loaded : undefined,
      blocks: this.#blocks,
      clock: this.#clock,
      logger: silentLogger,
    })
    await this.#chain.historySettled()
  }

  get #loaded() {
    const discard = (): Promise<void> => Promise.reject(new Error('the snapshot is what the blocks lead to'))
    return { store: this.#snapshot, data: this.#data, discard }
  }

  /** Tries until it worked; a process that dies over it leaves the chain as it was, or with the snapshot. */
  async #adoptOrDie(): Promise<void> {
    while (!this.#isNamed) {
      const before = this.#chain.tip.height
      this.#life.dieAfter(this.#random.below(5))
      const adopted = await this.#adopt().then(
        () => true,
        () => false,
      )
      if (adopted) break
      await this.#blocks.close()
      await this.#open()
      const expected = this.#isNamed ? this.#data.height : before
      if (this.#chain.tip.height !== expected) throw new Error('a snapshot that was not loaded is in use')
    }
    this.#life.revive()
  }

  async #adopt(): Promise<void> {
    const { height, blockHash: base } = this.#data
    const expected = { coins: replayCoins(this.#made.slice(0, height)).count, height, base }
    const file = await open(this.#fixture.path, 'r')
    try {
      await file.read(new Uint8Array(SNAPSHOT_METADATA_SIZE), 0, SNAPSHOT_METADATA_SIZE, null)
      unwrap(await populateStore(this.#snapshot, file, { expected, signal: new AbortController().signal }))
    } finally {
      await file.close()
    }
    const commit = (): Promise<undefined> => {
      this.#isNamed = true
      return Promise.resolve(undefined)
    }
    unwrap(await this.#chain.adoptCoins(this.#loaded, commit))
  }

  async #accept(height: number): Promise<void> {
    const accepted = await this.#chain.acceptBlock(this.#made[height - 1]!, { requested: true })
    if (!accepted.ok) throw new Error(`block ${height} is refused: ${accepted.error.reason}`)
    this.#stored.add(height)
    await this.#chain.historySettled()
  }

  /** Heights of blocks that are still to come, below the base or above. */
  #missing(above: boolean): number[] {
    const heights = this.#made.map((_, i) => i + 1).filter((height) => !this.#stored.has(height))
    return heights.filter((height) => height > this.#data.height === above)
  }

  async #receive(above: boolean): Promise<void> {
    const missing = this.#missing(above)
    // Most often in order, as blocks are asked for.
    const some = missing.slice(0, 1 + this.#random.below(5))
    if (this.#random.chance(0.3)) some.reverse()
    for (const height of some) await this.#accept(height)
  }

  async step(): Promise<void> {
    const steps: readonly (readonly [weight: number, name: string, run: () => Promise<unknown>])[] = [
      [20, 'block above', () => this.#receive(true)],
      [40, 'block below', () => this.#receive(false)],
      [10, 'time', () => Promise.resolve(this.#clock.advance(this.#random.pick([2000, 600_000])))],
      [25, 'crash', () => this.#crash()],
      [20, 'crash at a batch', () => this.#crashAtBatch()],
    ]
    let at = this.#random.below(steps.reduce((sum, [weight]) => sum + weight, 0))
    const [, name, run] = steps.find(([weight]) => (at -= weight) < 0)!
    this.tally.set(name, (this.tally.get(name) ?? 0) + 1)
    await run()
    await this.check()
  }

  async #crash(): Promise<void> {
    const before = this.#chain.tip.hash.slice()
    await this.#blocks.close()
    await this.#open()
    if (!equalBytes(this.#chain.tip.hash, before)) throw new Error('the tip is another after a crash')
  }

  async #crashAtBatch(): Promise<void> {
    const before = this.#chain.tip.height
    this.#life.dieAfter(this.#random.below(6))
    // So that it has something to write.
    this.#clock.advance(600_000)
    await this.#receive(this.#random.chance(0.4)).catch(() => undefined)
    await this.#blocks.close()
    await this.#open()
    if (this.#chain.tip.height < before) throw new Error('the tip is lower after a crash')
  }

  /** What the chain said holds, nothing counts as checked that was not, and both sets of coins are what they should be. */
  async check(): Promise<void> {
    for (const height of this.#stored) {
      const { header } = this.#made[height - 1]!
      if (!this.#chain.find(computeBlockHash(header))?.data) throw new Error(`block ${height} is lost`)
    }
    const { history, tip, coins } = this.#chain
    if (tip.height < this.#data.height) throw new Error('the chain lost its snapshot')
    const isComplete = this.#missing(false).length === 0
    if (!history && !isComplete) throw new Error('a snapshot counts as checked that was not')
    await this.#checkCoins(this.#isNamed ? this.#snapshot : this.#coins, coins, tip)
  }

  async #checkCoins(store: DyingStore, cache: CoinsCache, { height }: BlockNode): Promise<void> {
    const values = new Map<string, Uint8Array>()
    for await (const [key, value] of store.iterate(COIN_RANGE)) values.set(bytesToHex(key), value)
    const hash = createSerializedUtxoHash()
    const entries = new Map([...values].map(([key, value]) => [key, unwrap(decodeCoin(value))]))
    for (const [outpoint, coin] of cache.changes()) {
      const key = bytesToHex(coinKey(outpoint))
      if (coin) entries.set(key, coin)
      else entries.delete(key)
    }
    for (const [key, coin] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
      hash.add(unwrap(decodeCoinKey(Uint8Array.from(Buffer.from(key, 'hex')))), coin)
    }
    if (hashToDisplay(hash.digest()) === replayCoins(this.#made.slice(0, height)).hash) return
    throw new Error(`the coins at height ${height} are not those of a replay`)
  }
}
