import { ByteWriter, concatBytes, decodeExact, unwrap } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import type { Logger, Store, StoreOp } from '@ply/ports'
import {
  type BlockHash,
  computeTxid,
  decodeTransaction,
  HEADER_SIZE,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import type { ConnectedBlock } from '../chain/chainListener.ts'
import type { ChainManager } from '../chain/chainManager.ts'
import { type ChainIndex, IndexSync } from './indexSync.ts'
import { locateTransactions } from './locateTransactions.ts'

const TX = 0x74 // t

const txKey = (txid: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(TX), txid)

/** A confirmed transaction and the block that holds it. */
export interface IndexedTransaction {
  readonly tx: Transaction
  readonly node: BlockNode
}

/** In which block each transaction stands. */
export class TxIndex implements ChainIndex {
  readonly name = 'txindex'
  readonly thread = 'txidx'
  readonly #store: Store
  readonly #chain: ChainManager
  #sync: IndexSync | undefined

  private constructor(store: Store, chain: ChainManager) {
    this.#store = store
    this.#chain = chain
  }

  /** Takes over the store, which its {@link sync} closes. */
  static async open(store: Store, chain: ChainManager, logger: Logger): Promise<TxIndex> {
    const index = new TxIndex(store, chain)
    index.#sync = await IndexSync.open(index, { chain, store, logger })
    return index
  }

  get sync(): IndexSync {
    return this.#sync!
  }

  add({ node, block }: ConnectedBlock): StoreOp[] {
    const ops: StoreOp[] = []
    for (const { tx, offset, length } of locateTransactions(block)) {
      // The genesis transaction can be spent by nobody and is in no index.
      if (node.height === 0) break
      const value = new ByteWriter(40).bytes(node.hash).u32(offset).u32(length).finish()
      ops.push({ type: 'put', key: txKey(computeTxid(tx)), value })
    }
    return ops
  }

  /** The block may have left the active chain since. */
  async find(txid: Txid): Promise<IndexedTransaction | undefined> {
    await this.#sync?.settled()
    const value = await this.#store.get(txKey(txid))
    if (!value) return undefined
    const { hash, offset, length } = unwrap(
      decodeExact(value, (reader) => ({
        hash: reader.bytes(32) as BlockHash,
        offset: reader.u32(),
        length: reader.u32(),
      })),
    )
    const node = this.#chain.find(hash)
    if (!node?.data || offset < HEADER_SIZE) return undefined
    const bytes = await this.#chain.blocks.readPart(node.data, offset, length)
    return { tx: unwrap(decodeTransaction(bytes)), node }
  }
}
