import { ByteReader, ByteWriter, equalBytes } from '@ply/bytes'
import { sipHash24 } from '@ply/crypto'
import type { BlockNode } from '@ply/chain'
import type { Entropy, Logger, Store, StoreOp } from '@ply/ports'
import { decodeTransaction, isCoinbase, type OutPoint, type Transaction } from '@ply/primitives'
import type { ConnectedBlock } from '../chain/chainListener.ts'
import type { ChainManager } from '../chain/chainManager.ts'
import { type ChainIndex, IndexSync } from './indexSync.ts'
import { locateTransactions } from './locateTransactions.ts'

/** `k`: what outpoints are hashed with. */
const SECRET_KEY = Uint8Array.of(0x6b)
const SPENDER = 0x73 // s

/** A transaction that spends an output, and the block that holds it. */
export interface TxoSpender {
  readonly tx: Transaction
  readonly node: BlockNode
}

interface Place {
  readonly height: number
  readonly offset: number
  readonly length: number
}

const isSame = (a: OutPoint, b: OutPoint): boolean => a.index === b.index && equalBytes(a.txid, b.txid)

/**
 * Which transaction of the chain spends an output. A hash of the output leads to the transaction's place in the block of
 * a height: few bytes for each input, and where two outputs share a hash, the transaction itself tells.
 */
export class TxoSpenderIndex implements ChainIndex {
  readonly name = 'txospenderindex'
  readonly thread = 'txospenderidx'
  readonly #store: Store
  readonly #chain: ChainManager
  readonly #secret: Uint8Array
  #sync: IndexSync | undefined

  private constructor(store: Store, chain: ChainManager, secret: Uint8Array) {
    this.#store = store
    this.#chain = chain
    this.#secret = secret
  }

  /** Takes over the store, which its {@link sync} closes. */
  static async open(
    store: Store,
    chain: ChainManager,
    { entropy, logger }: { readonly entropy: Entropy; readonly logger: Logger },
  ): Promise<TxoSpenderIndex> {
    let secret = await store.get(SECRET_KEY)
    if (!secret) {
      secret = entropy.bytes(16)
      await store.batch([{ type: 'put', key: SECRET_KEY, value: secret }])
    }
    const index = new TxoSpenderIndex(store, chain, secret)
    index.#sync = await IndexSync.open(index, { chain, store, logger })
    return index
  }

  get sync(): IndexSync {
    return this.#sync!
  }

  add(connected: ConnectedBlock): StoreOp[] {
    return Array.from(this.#entries(connected), ({ key, length }) => {
      return { type: 'put', key, value: new ByteWriter(4).u32(length).finish() }
    })
  }

  async rewind(_to: BlockNode, left: AsyncIterable<ConnectedBlock>): Promise<StoreOp[]> {
    const ops: StoreOp[] = []
    for await (const block of left) for (const { key } of this.#entries(block)) ops.push({ type: 'del', key })
    return ops
  }

  /** For every output that the block spends: `s` ‖ its hash ‖ height ‖ offset of the spender, and that one's length. */
  *#entries({ node, block }: ConnectedBlock): Iterable<{ readonly key: Uint8Array; readonly length: number }> {
    for (const { tx, offset, length } of locateTransactions(block)) {
      if (isCoinbase(tx)) continue
      for (const { prevout } of tx.inputs) {
        yield { key: this.#prefix(prevout).u32BE(node.height).u32BE(offset).finish(), length }
      }
    }
  }

  #prefix({ txid, index }: OutPoint): ByteWriter {
    const hash = sipHash24(this.#secret, new ByteWriter(36).bytes(txid).u32(index).finish())
    return new ByteWriter(17).u8(SPENDER).u64(hash)
  }

  /** The transaction that spends an output, in a chain that may have lost its last blocks since. */
  async find(outpoint: OutPoint): Promise<TxoSpender | undefined> {
    await this.#sync?.settled()
    const from = this.#prefix(outpoint)
    const range = { gte: from.finish(), lt: from.u64(0xffffffffffffffffn).u8(0).finish() }
    for await (const [key, value] of this.#store.iterate(range)) {
      const reader = new ByteReader(key.subarray(9))
      const place = { height: reader.u32BE(), offset: reader.u32BE(), length: new ByteReader(value).u32() }
      const spender = await this.#read(place)
      if (spender?.tx.inputs.some(({ prevout }) => isSame(prevout, outpoint))) return spender
    }
    return undefined
  }

  async #read({ height, offset, length }: Place): Promise<TxoSpender | undefined> {
    const node = this.#sync?.best?.ancestor(height)
    // What a power cut left of blocks that are lost need not be where it was.
    if (!node?.data || offset + length > node.data.length) return undefined
    const tx = decodeTransaction(await this.#chain.blocks.readPart(node.data, offset, length))
    return tx.ok ? { tx: tx.value, node } : undefined
  }
}
