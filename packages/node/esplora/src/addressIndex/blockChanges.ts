import { bytesToHex } from '@ply/bytes'
import type { BlockUndo } from '@ply/consensus'
import type { StoreOp } from '@ply/ports'
import {
  type Block,
  type BlockHash,
  blockSizes,
  blockWeight,
  computeTxid,
  type OutPoint,
  type Transaction,
  type TxOutput,
  type Txid,
} from '@ply/primitives'
import { isUnspendable } from '@ply/script'
import {
  addTotals,
  blockKey,
  type ChainPosition,
  computeScriptHash,
  encodeBlockRow,
  encodeSpend,
  encodeUtxo,
  historyKey,
  NO_TOTALS,
  spendKey,
  type Totals,
  utxoKey,
} from './rows.ts'

export interface IndexedBlock {
  readonly hash: BlockHash
  readonly height: number
  readonly block: Block
  readonly undo: BlockUndo
}

/** An output that a transaction made or spent. */
interface Movement {
  readonly scriptHash: Uint8Array
  readonly outpoint: OutPoint
  readonly output: TxOutput
  /** Of the block that made the output. */
  readonly height: number
  /** The spending input; undefined for an output that was made. */
  readonly input: number | undefined
}

function* movements(tx: Transaction, txid: Txid, spent: BlockUndo[number], height: number): Generator<Movement> {
  for (const [input, coin] of spent.entries()) {
    const { output } = coin
    const outpoint = tx.inputs[input]!.prevout
    yield { scriptHash: computeScriptHash(output.scriptPubKey), outpoint, output, height: coin.height, input }
  }
  for (const [index, output] of tx.outputs.entries()) {
    if (isUnspendable(output.scriptPubKey)) continue
    const scriptHash = computeScriptHash(output.scriptPubKey)
    yield { scriptHash, outpoint: { txid, index }, output, height, input: undefined }
  }
}

/** Rows that a block adds and takes away, and by how much it changes the totals of each script. */
export interface BlockChanges {
  readonly connect: readonly StoreOp[]
  readonly disconnect: readonly StoreOp[]
  readonly totals: ReadonlyMap<string, { readonly scriptHash: Uint8Array; readonly change: Totals }>
}

const put = (key: Uint8Array, value: Uint8Array): StoreOp => ({ type: 'put', key, value })
const del = (key: Uint8Array): StoreOp => ({ type: 'del', key })

/** What a block does to the index, and what undoes it. Within a batch, later operations win. */
export function computeBlockChanges({ hash, height, block, undo: spent }: IndexedBlock): BlockChanges {
  const connect: StoreOp[] = []
  const undone: StoreOp[][] = []
  const totals = new Map<string, { scriptHash: Uint8Array; change: Totals }>()
  const count = (scriptHash: Uint8Array, change: Partial<Totals>): void => {
    const key = bytesToHex(scriptHash)
    const before = totals.get(key)?.change ?? NO_TOTALS
    totals.set(key, { scriptHash, change: addTotals(before, { ...NO_TOTALS, ...change }) })
  }
  for (const [position, tx] of block.transactions.entries()) {
    const txid = computeTxid(tx)
    const place: ChainPosition = { height, position }
    const touched = new Map<string, Uint8Array>()
    const undo: StoreOp[] = []
    for (const movement of movements(tx, txid, position === 0 ? [] : spent[position - 1]!, height)) {
      const { scriptHash, outpoint, output, input } = movement
      const key = utxoKey(scriptHash, outpoint)
      const row = encodeUtxo({ value: output.value, height: movement.height })
      if (input === undefined) {
        connect.push(put(key, row))
        undo.push(del(key))
        count(scriptHash, { fundedCount: 1n, fundedSum: output.value })
      } else {
        connect.push(del(key), put(spendKey(outpoint), encodeSpend({ txid, input, height })))
        undo.push(put(key, row), del(spendKey(outpoint)))
        count(scriptHash, { spentCount: 1n, spentSum: output.value })
      }
      touched.set(bytesToHex(scriptHash), scriptHash)
    }
    for (const scriptHash of touched.values()) {
      connect.push(put(historyKey(scriptHash, place), txid))
      undo.push(del(historyKey(scriptHash, place)))
      count(scriptHash, { transactions: 1n })
    }
    undone.push(undo)
  }
  const row = { size: blockSizes(block).total, weight: blockWeight(block), transactions: block.transactions.length }
  connect.push(put(blockKey(hash), encodeBlockRow(row)))
  // The last transaction first: an output may be made and spent in one block.
  return { connect, disconnect: undone.reverse().flat(), totals }
}
