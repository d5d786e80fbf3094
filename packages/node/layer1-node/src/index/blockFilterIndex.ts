import { concatBytes } from '@ply/bytes'
import {
  computeBasicFilter,
  computeFilterHash,
  computeFilterHeader,
  type FilterHeader,
  NO_FILTER_HEADER,
} from '@ply/chain'
import type { FilterData } from '@ply/p2p'
import type { Logger, Store, StoreOp } from '@ply/ports'
import type { BlockHash } from '@ply/primitives'
import type { ConnectedBlock } from '../chain/chainListener.ts'
import type { ChainManager } from '../chain/chainManager.ts'
import { type ChainIndex, IndexSync } from './indexSync.ts'

const HEADER = 0x68 // h
const FILTER = 0x66 // f

const keyOf = (kind: number, block: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(kind), block)

/**
 * Basic filters (BIP 158) of all blocks that ever were part of the active chain, their hashes, and the headers that
 * chain them (BIP 157). By block, so that those that left the chain can be asked for, too.
 */
export class BlockFilterIndex implements ChainIndex {
  readonly name = 'basic block filter index'
  readonly thread = 'blkfltbscidx'
  readonly #store: Store
  #sync: IndexSync | undefined

  private constructor(store: Store) {
    this.#store = store
  }

  /** Takes over the store, which its {@link sync} closes. */
  static async open(store: Store, chain: ChainManager, logger: Logger): Promise<BlockFilterIndex> {
    const index = new BlockFilterIndex(store)
    index.#sync = await IndexSync.open(index, { chain, store, logger })
    return index
  }

  get sync(): IndexSync {
    return this.#sync!
  }

  async add({ node, block, undo }: ConnectedBlock): Promise<StoreOp[]> {
    const spent = undo.flat().map((coin) => coin.output.scriptPubKey)
    const filter = computeBasicFilter(block, spent)
    const before = node.previous ? await this.#header(node.previous.hash) : NO_FILTER_HEADER
    if (!before) throw new Error(`no filter header before height ${node.height}`)
    const header = computeFilterHeader(filter, before)
    return [
      { type: 'put', key: keyOf(FILTER, node.hash), value: filter },
      { type: 'put', key: keyOf(HEADER, node.hash), value: concatBytes(header, computeFilterHash(filter)) },
    ]
  }

  /** Undefined for a block that is not in the index. */
  async filter(block: BlockHash): Promise<Uint8Array | undefined> {
    await this.#sync?.settled()
    return this.#store.get(keyOf(FILTER, block))
  }

  async header(block: BlockHash): Promise<FilterHeader | undefined> {
    await this.#sync?.settled()
    return this.#header(block)
  }

  async #header(block: BlockHash): Promise<FilterHeader | undefined> {
    const record = await this.#store.get(keyOf(HEADER, block))
    return record?.subarray(0, 32) as FilterHeader | undefined
  }

  /** Filters of these blocks, hashes of the filters of those, filter headers of others; undefined if any is missing. */
  async load(wanted: {
    readonly filters: readonly BlockHash[]
    readonly hashes: readonly BlockHash[]
    readonly headers: readonly BlockHash[]
  }): Promise<FilterData | undefined> {
    await this.#sync?.settled()
    const filters = await this.#store.getMany(wanted.filters.map((block) => keyOf(FILTER, block)))
    const hashes = await this.#store.getMany(wanted.hashes.map((block) => keyOf(HEADER, block)))
    const headers = await this.#store.getMany(wanted.headers.map((block) => keyOf(HEADER, block)))
    if (!allThere(filters) || !allThere(hashes) || !allThere(headers)) return undefined
    return {
      filters,
      hashes: hashes.map((record) => record.subarray(32)),
      headers: headers.map((record) => record.subarray(0, 32)),
    }
  }
}

const allThere = <T>(values: readonly (T | undefined)[]): values is T[] => values.every((value) => value !== undefined)
