import { equalBytes } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import type { Layer1Node } from '@ply/layer1-node'
import {
  type Block,
  blockSizes,
  blockWeight,
  computeTxid,
  isCoinbase,
  type OutPoint,
  type Transaction,
  type TxOutput,
  type Txid,
} from '@ply/primitives'
import type { AddressIndex, HistoryEntry } from './addressIndex/addressIndex.ts'
import type { MempoolIndex } from './addressIndex/mempoolIndex.ts'
import type { BlockRow, ChainPosition, UtxoRow } from './addressIndex/rows.ts'
import type { TransactionJsonFields } from './json/transactionJson.ts'

/** Who spends an output; without a block while it is in the pool. */
export interface Spender {
  readonly txid: Txid
  readonly input: number
  readonly node: BlockNode | undefined
}

/** An unspent output of a script; without a height while it is in the pool. */
export type UnspentOutput = OutPoint & Pick<UtxoRow, 'value'> & { readonly height: number | undefined }

/** What the routes ask: chain, pool and indexes as one view. */
export class Explorer {
  readonly node: Layer1Node
  readonly index: AddressIndex
  readonly pool: MempoolIndex

  constructor(node: Layer1Node, index: AddressIndex, pool: MempoolIndex) {
    this.node = node
    this.index = index
    this.pool = pool
  }

  /** A transaction of the active chain or the pool, with what it spends. */
  async transaction(txid: Txid): Promise<TransactionJsonFields | undefined> {
    const waiting = this.pool.get(txid)
    if (waiting) return { tx: waiting.entry.tx, spent: waiting.spent, node: undefined }
    const found = await this.confirmed(txid)
    return found && { ...found, spent: await this.#spentOutputs(found.tx) }
  }

  /** A transaction of the active chain. */
  async confirmed(txid: Txid): Promise<{ readonly tx: Transaction; readonly node: BlockNode } | undefined> {
    const found = await this.node.txIndex?.find(txid)
    return found && this.node.chain.tree.active.contains(found.node) ? found : undefined
  }

  #spentOutputs(tx: Transaction): Promise<(TxOutput | undefined)[]> {
    if (isCoinbase(tx)) return Promise.resolve([])
    return Promise.all(
      tx.inputs.map(async ({ prevout }) => (await this.node.txIndex?.find(prevout.txid))?.tx.outputs[prevout.index]),
    )
  }

  /** The transactions of a block, with what they spend. */
  async blockTransactions(node: BlockNode, from: number, count: number): Promise<TransactionJsonFields[]> {
    const { chain } = this.node
    const block = await chain.readBlock(node)
    const undo = await chain.readUndo(node)
    const active = chain.tree.active.contains(node) ? node : undefined
    return block.transactions.slice(from, from + count).map((tx, i) => {
      const coins = from + i === 0 ? [] : (undo?.[from + i - 1] ?? [])
      return { tx, spent: coins.map(({ output }) => output), node: active }
    })
  }

  readBlock(node: BlockNode): Promise<Block> {
    return this.node.chain.readBlock(node)
  }

  async blockRow(node: BlockNode): Promise<BlockRow> {
    const row = await this.index.block(node.hash)
    if (row) return row
    const block = await this.readBlock(node)
    return { size: blockSizes(block).total, weight: blockWeight(block), transactions: block.transactions.length }
  }

  /** Confirmed transactions of a script that are older than `after`, the latest first. */
  async history(scriptHash: Uint8Array, limit: number, after?: Txid): Promise<TransactionJsonFields[]> {
    const before = after && (await this.#positionOf(after))
    if (after && !before) return []
    const entries: HistoryEntry[] = await this.index.history(scriptHash, limit, before)
    const found = await Promise.all(entries.map(({ txid }) => this.transaction(txid)))
    return found.filter((fields) => fields !== undefined)
  }

  async #positionOf(txid: Txid): Promise<ChainPosition | undefined> {
    const found = await this.confirmed(txid)
    if (!found) return undefined
    const { height } = found.node
    const block = await this.readBlock(found.node)
    const position = block.transactions.findIndex((tx) => equalBytes(computeTxid(tx), txid))
    return { height, position }
  }

  /** Unspent outputs of a script, those in the pool last. */
  async utxos(scriptHash: Uint8Array, limit: number): Promise<UnspentOutput[]> {
    const confirmed: UnspentOutput[] = await this.index.utxos(scriptHash, limit)
    const isUnspent = (outpoint: OutPoint): boolean => !this.node.mempool.mempool.graph.spender(outpoint)
    return [...confirmed, ...this.#poolOutputs(scriptHash)].filter(isUnspent)
  }

  *#poolOutputs(scriptHash: Uint8Array): Generator<UnspentOutput> {
    for (const { entry } of this.pool.history(scriptHash)) {
      for (const [index, output] of entry.tx.outputs.entries()) {
        if (!this.pool.isOf(output, scriptHash)) continue
        yield { txid: entry.txid, index, value: output.value, height: undefined }
      }
    }
  }

  async spender(outpoint: OutPoint): Promise<Spender | undefined> {
    const waiting = this.node.mempool.mempool.graph.spender(outpoint)
    if (waiting) {
      const input = waiting.tx.inputs.findIndex(
        ({ prevout }) => prevout.index === outpoint.index && equalBytes(prevout.txid, outpoint.txid),
      )
      return { txid: waiting.txid, input, node: undefined }
    }
    const row = await this.index.spender(outpoint)
    return row && { txid: row.txid, input: row.input, node: this.node.chain.tree.active.at(row.height) }
  }

  block(hash: Uint8Array): BlockNode | undefined {
    const node = this.node.chain.find(hash)
    return node?.data ? node : undefined
  }
}
