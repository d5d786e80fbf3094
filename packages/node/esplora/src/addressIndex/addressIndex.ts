import { assert } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import type { ChainManager, ConnectedBlock } from '@ply/layer1-node'
import type { Store, StoreOp } from '@ply/ports'
import type { BlockHash, OutPoint, Txid } from '@ply/primitives'
import { computeBlockChanges } from './blockChanges.ts'
import {
  addTotals,
  BEST_KEY,
  blockKey,
  type BlockRow,
  type ChainPosition,
  decodeBlockRow,
  decodeHistoryKey,
  decodeSpend,
  decodeTotals,
  decodeUtxo,
  encodeTotals,
  historyRange,
  NO_TOTALS,
  type SpendRow,
  spendKey,
  type Totals,
  totalsKey,
  utxoRange,
  type UtxoRow,
} from './rows.ts'

const NAME = 'the address index'

/** A confirmed transaction of a script, and its place. */
export interface HistoryEntry extends ChainPosition {
  readonly txid: Txid
}

/**
 * Which transactions touch a script, which of its outputs are unspent, and who spends an output. It follows the chain
 * block by block, each in one batch, and catches up at start.
 */
export class AddressIndex {
  readonly #store: Store
  readonly #chain: ChainManager
  readonly #unsubscribe: () => void

  private constructor(store: Store, chain: ChainManager) {
    this.#store = store
    this.#chain = chain
    this.#unsubscribe = chain.subscribe({
      blockConnected: (connected) => this.#connect(connected),
      blockDisconnected: (disconnected) => this.#disconnect(disconnected),
    })
  }

  /**
   * Takes over the store, and closes it with {@link close}. Rejects if old blocks were deleted before they were read, or are
   * still to come under a snapshot; none can be loaded from now on.
   */
  static open(store: Store, chain: ChainManager): Promise<AddressIndex> {
    return chain.exclusive(async () => {
      if (chain.history) {
        throw new Error(
          'the address index needs the blocks under the snapshot: start without it until all are validated',
        )
      }
      chain.everyBlockFor.add(NAME)
      const index = new AddressIndex(store, chain)
      await index.#catchUp()
      return index
    })
  }

  async #catchUp(): Promise<void> {
    const { active } = this.#chain.tree
    const hash = await this.#store.get(BEST_KEY)
    let best = hash && this.#chain.find(hash)
    while (best && !active.contains(best)) {
      await this.#disconnect(await this.#read(best))
      best = best.previous
    }
    for (let height = (best?.height ?? 0) + 1; height <= active.height; height++) {
      await this.#connect(await this.#read(active.at(height)!))
    }
  }

  async #read(node: BlockNode): Promise<ConnectedBlock> {
    if (!node.data) throw new Error('the address index needs blocks that were deleted: start without pruning')
    const [block, undo] = await Promise.all([this.#chain.readBlock(node), this.#chain.readUndo(node)])
    assert(undo !== undefined, 'a block that was connected has undo data')
    return { node, block, undo }
  }

  // The genesis block's coin never enters the set.
  async #connect({ node, block, undo }: ConnectedBlock): Promise<void> {
    if (node.height === 0) return
    const { hash, height } = node
    const { connect, totals } = computeBlockChanges({ hash, height, block, undo })
    await this.#store.batch([...connect, ...(await this.#countAll(totals, 1n)), best(hash)])
  }

  async #disconnect({ node, block, undo }: ConnectedBlock): Promise<void> {
    if (!node.previous) return
    const { hash, height, previous } = node
    const { disconnect, totals } = computeBlockChanges({ hash, height, block, undo })
    await this.#store.batch([...disconnect, ...(await this.#countAll(totals, -1n)), best(previous.hash)])
  }

  async #countAll(changes: ReturnType<typeof computeBlockChanges>['totals'], sign: 1n | -1n): Promise<StoreOp[]> {
    const keys = [...changes.values()].map(({ scriptHash }) => totalsKey(scriptHash))
    const rows = await this.#store.getMany(keys)
    return [...changes.values()].map(({ change }, i): StoreOp => {
      const row = rows[i]
      const value = encodeTotals(addTotals(row ? decodeTotals(row) : NO_TOTALS, change, sign))
      return { type: 'put', key: keys[i]!, value }
    })
  }

  async totals(scriptHash: Uint8Array): Promise<Totals> {
    const row = await this.#store.get(totalsKey(scriptHash))
    return row ? decodeTotals(row) : NO_TOTALS
  }

  /** Confirmed transactions of a script, the latest first: at most `limit` that stand before `before`. */
  async history(scriptHash: Uint8Array, limit: number, before?: ChainPosition): Promise<HistoryEntry[]> {
    const entries: HistoryEntry[] = []
    for await (const [key, txid] of this.#store.iterate({ ...historyRange(scriptHash, before), limit })) {
      entries.push({ ...decodeHistoryKey(key), txid: txid as Txid })
    }
    return entries
  }

  /** Confirmed outputs of a script that no confirmed transaction spends, at most `limit`. */
  async utxos(scriptHash: Uint8Array, limit: number): Promise<(UtxoRow & OutPoint)[]> {
    const found: (UtxoRow & OutPoint)[] = []
    for await (const [key, row] of this.#store.iterate({ ...utxoRange(scriptHash), limit })) {
      found.push(decodeUtxo(key, row))
    }
    return found
  }

  /** The confirmed input that spends an output. */
  async spender(outpoint: OutPoint): Promise<SpendRow | undefined> {
    const row = await this.#store.get(spendKey(outpoint))
    return row && decodeSpend(row)
  }

  async block(hash: BlockHash): Promise<BlockRow | undefined> {
    const row = await this.#store.get(blockKey(hash))
    return row && decodeBlockRow(row)
  }

  close(): Promise<void> {
    this.#chain.everyBlockFor.delete(NAME)
    this.#unsubscribe()
    return this.#store.close()
  }
}

const best = (hash: BlockHash): StoreOp => ({ type: 'put', key: BEST_KEY, value: hash })
