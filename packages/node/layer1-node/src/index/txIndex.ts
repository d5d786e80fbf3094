import { ByteWriter, concatBytes, decodeExact, unwrap } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import type { Store, StoreOp } from '@ply/ports'
import {
  type Block,
  type BlockHash,
  computeTxid,
  decodeTransaction,
  HEADER_SIZE,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import { locateTransactions } from './locateTransactions.ts'

const TX = 0x74 // t
const BEST_KEY = Uint8Array.of(0x42)

const txKey = (txid: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(TX), txid)

/** A confirmed transaction and the block that holds it. */
export interface IndexedTransaction {
  readonly tx: Transaction
  readonly node: BlockNode
}

/** In which block each transaction stands. It follows the chain and catches up at start. */
export class TxIndex {
  readonly #store: Store
  readonly #chain: ChainManager

  private constructor(store: Store, chain: ChainManager) {
    this.#store = store
    this.#chain = chain
  }

  /** Takes over the store, and closes it with {@link close}. */
  static async open(store: Store, chain: ChainManager): Promise<TxIndex> {
    const index = new TxIndex(store, chain)
    await chain.exclusive(async () => {
      await index.#catchUp()
      chain.subscribe({ blockConnected: ({ node, block }) => index.#add(node, block) })
    })
    return index
  }

  async #catchUp(): Promise<void> {
    const { active } = this.#chain.tree
    const hash = await this.#store.get(BEST_KEY)
    const best = hash && this.#chain.find(hash)
    const fork = best && active.findFork(best)
    for (let height = (fork?.height ?? 0) + 1; height <= active.height; height++) {
      const node = active.at(height)!
      await this.#add(node, await this.#chain.readBlock(node))
    }
  }

  async #add(node: BlockNode, block: Block): Promise<void> {
    // The genesis transaction can be spent by nobody and is in no index.
    if (node.height === 0) return
    const ops: StoreOp[] = []
    for (const { tx, offset, length } of locateTransactions(block)) {
      const value = new ByteWriter(40).bytes(node.hash).u32(offset).u32(length).finish()
      ops.push({ type: 'put', key: txKey(computeTxid(tx)), value })
    }
    ops.push({ type: 'put', key: BEST_KEY, value: node.hash })
    await this.#store.batch(ops)
  }

  /** The block may have left the active chain since. */
  async find(txid: Txid): Promise<IndexedTransaction | undefined> {
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

  close(): Promise<void> {
    return this.#store.close()
  }
}
