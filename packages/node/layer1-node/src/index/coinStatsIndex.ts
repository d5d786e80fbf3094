import { concatBytes, unwrap } from '@ply/bytes'
import {
  addBlockToTotals,
  type BlockNode,
  type CoinStatistics,
  type CoinTotals,
  type CountedBlock,
  decodeCoinStatistics,
  encodeCoinStatistics,
  MuHash,
  NO_COIN_TOTALS,
  removeBlockFromHash,
} from '@ply/chain'
import type { Logger, Store, StoreOp } from '@ply/ports'
import type { BlockHash } from '@ply/primitives'
import type { ConnectedBlock } from '../chain/chainListener.ts'
import type { ChainManager } from '../chain/chainManager.ts'
import { DamagedDataError } from '../storage/blockStore.ts'
import { type ChainIndex, IndexSync } from './indexSync.ts'

/** `M`: the hash as of the best block, in the form in which it can be gone on with. */
const HASH_KEY = Uint8Array.of(0x4d)
const STATISTICS = 0x73 // s

const statisticsKey = (block: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(STATISTICS), block)

const counted = ({ node, block, undo }: ConnectedBlock): CountedBlock => {
  const { hash, height } = node
  return { hash, height, block, undo }
}

/**
 * The coins as they were after each block that ever was part of the active chain: how many, how much, their MuHash, and
 * what became of the rest of the money.
 */
export class CoinStatsIndex implements ChainIndex {
  readonly name = 'coinstatsindex'
  readonly thread = 'coinstatsidx'
  readonly #store: Store
  readonly #chain: ChainManager
  #hash = new MuHash()
  /** As of the best block. */
  #totals: CoinTotals = NO_COIN_TOTALS
  #sync: IndexSync | undefined

  private constructor(store: Store, chain: ChainManager) {
    this.#store = store
    this.#chain = chain
  }

  /** Takes over the store, which its {@link sync} closes. */
  static async open(store: Store, chain: ChainManager, logger: Logger): Promise<CoinStatsIndex> {
    const index = new CoinStatsIndex(store, chain)
    index.#sync = await IndexSync.open(index, { chain, store, logger })
    const best = index.#sync.best
    if (best) await index.#resume(best)
    return index
  }

  get sync(): IndexSync {
    return this.#sync!
  }

  async #resume(best: BlockNode): Promise<void> {
    const state = await this.#store.get(HASH_KEY)
    const found = await this.#read(best.hash)
    if (!state || !found) throw new DamagedDataError('Cannot read current coinstatsindex state; index may be corrupted')
    this.#hash = MuHash.restore(state)
    this.#totals = found.totals
  }

  add(connected: ConnectedBlock): StoreOp[] {
    if (connected.node.height === 0) {
      this.#hash = new MuHash()
      this.#totals = NO_COIN_TOTALS
    }
    const { parameters } = this.#chain
    this.#totals = addBlockToTotals(this.#totals, counted(connected), { hash: this.#hash, parameters })
    const { hash } = connected.node
    const value = encodeCoinStatistics({ totals: this.#totals, muHash: this.#hash.digest() })
    return [
      { type: 'put', key: statisticsKey(hash), value },
      { type: 'put', key: HASH_KEY, value: this.#hash.state() },
    ]
  }

  async rewind(to: BlockNode, left: AsyncIterable<ConnectedBlock>): Promise<StoreOp[]> {
    for await (const block of left) removeBlockFromHash(this.#hash, counted(block))
    const before = await this.#read(to.hash)
    if (!before) throw new DamagedDataError(`coinstatsindex lacks the block at height ${to.height}`)
    this.#totals = before.totals
    return [{ type: 'put', key: HASH_KEY, value: this.#hash.state() }]
  }

  async #read(block: BlockHash): Promise<CoinStatistics | undefined> {
    const value = await this.#store.get(statisticsKey(block))
    return value && unwrap(decodeCoinStatistics(value))
  }

  /** Undefined for a block that is not in the index. */
  async statistics(block: BlockHash): Promise<CoinStatistics | undefined> {
    await this.#sync?.settled()
    return this.#read(block)
  }
}
