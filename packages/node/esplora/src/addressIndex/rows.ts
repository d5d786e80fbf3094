import { ByteWriter, decodeExact, unwrap } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import type { StoreRange } from '@ply/ports'
import { type BlockHash, type OutPoint, type Sats, sats, type Txid } from '@ply/primitives'

/** sha256 of a scriptPubKey: the name under which Electrum's protocol and Esplora's know a script. */
export const computeScriptHash = (scriptPubKey: Uint8Array): Uint8Array => sha256(scriptPubKey)

// Every key begins with one letter; numbers are big-endian so that keys sort by them.
const HISTORY = 0x48 // H
const UTXO = 0x55 // U
const SPEND = 0x4f // O
const TOTALS = 0x53 // S
const BLOCK = 0x4d // M

/** The block up to which the rows tell. */
export const BEST_KEY = Uint8Array.of(0x42)

/** Where a transaction stands in the chain. */
export interface ChainPosition {
  readonly height: number
  /** Place within the block. */
  readonly position: number
}

export function historyKey(scriptHash: Uint8Array, { height, position }: ChainPosition): Uint8Array {
  return new ByteWriter(41).u8(HISTORY).bytes(scriptHash).u32BE(height).u32BE(position).finish()
}

/** Confirmed transactions of a script up to, and without, a place in the chain, the latest first. */
export function historyRange(scriptHash: Uint8Array, before: ChainPosition = END_OF_CHAIN): StoreRange {
  return { gte: historyKey(scriptHash, { height: 0, position: 0 }), lt: historyKey(scriptHash, before), reverse: true }
}

const END_OF_CHAIN: ChainPosition = { height: 0xffffffff, position: 0xffffffff }

export const decodeHistoryKey = (key: Uint8Array): ChainPosition =>
  unwrap(decodeExact(key.subarray(33), (reader) => ({ height: reader.u32BE(), position: reader.u32BE() })))

export function utxoKey(scriptHash: Uint8Array, { txid, index }: OutPoint): Uint8Array {
  return new ByteWriter(69).u8(UTXO).bytes(scriptHash).bytes(txid).u32BE(index).finish()
}

export function utxoRange(scriptHash: Uint8Array): StoreRange {
  const prefix = (letter: number): ByteWriter => new ByteWriter(69).u8(letter).bytes(scriptHash)
  const last = prefix(UTXO).bytes(new Uint8Array(36).fill(0xff)).finish()
  return { gte: prefix(UTXO).finish(), lt: last }
}

export interface UtxoRow {
  readonly value: Sats
  readonly height: number
}

export const encodeUtxo = ({ value, height }: UtxoRow): Uint8Array => new ByteWriter(12).u64(value).u32(height).finish()

export function decodeUtxo(key: Uint8Array, row: Uint8Array): UtxoRow & OutPoint {
  const outpoint = decodeExact(key.subarray(33), (reader) => ({
    txid: reader.bytes(32) as Txid,
    index: reader.u32BE(),
  }))
  const value = decodeExact(row, (reader) => ({ value: sats(reader.u64()), height: reader.u32() }))
  return { ...unwrap(outpoint), ...unwrap(value) }
}

export const spendKey = ({ txid, index }: OutPoint): Uint8Array =>
  new ByteWriter(37).u8(SPEND).bytes(txid).u32BE(index).finish()

/** Which input spends an output. */
export interface SpendRow {
  readonly txid: Txid
  readonly input: number
  readonly height: number
}

export const encodeSpend = ({ txid, input, height }: SpendRow): Uint8Array =>
  new ByteWriter(40).bytes(txid).u32(input).u32(height).finish()

export const decodeSpend = (row: Uint8Array): SpendRow =>
  unwrap(decodeExact(row, (reader) => ({ txid: reader.bytes(32) as Txid, input: reader.u32(), height: reader.u32() })))

export const totalsKey = (scriptHash: Uint8Array): Uint8Array =>
  new ByteWriter(33).u8(TOTALS).bytes(scriptHash).finish()

/** What a script received and spent, over its whole history. Sums in satoshi. */
export interface Totals {
  readonly transactions: bigint
  readonly fundedCount: bigint
  readonly fundedSum: bigint
  readonly spentCount: bigint
  readonly spentSum: bigint
}

export const NO_TOTALS: Totals = { transactions: 0n, fundedCount: 0n, fundedSum: 0n, spentCount: 0n, spentSum: 0n }

export const addTotals = (a: Totals, b: Totals, sign: 1n | -1n = 1n): Totals => ({
  transactions: a.transactions + sign * b.transactions,
  fundedCount: a.fundedCount + sign * b.fundedCount,
  fundedSum: a.fundedSum + sign * b.fundedSum,
  spentCount: a.spentCount + sign * b.spentCount,
  spentSum: a.spentSum + sign * b.spentSum,
})

export const encodeTotals = (totals: Totals): Uint8Array =>
  new ByteWriter(40)
    .u64(totals.transactions)
    .u64(totals.fundedCount)
    .u64(totals.fundedSum)
    .u64(totals.spentCount)
    .u64(totals.spentSum)
    .finish()

export const decodeTotals = (row: Uint8Array): Totals =>
  unwrap(
    decodeExact(row, (reader) => ({
      transactions: reader.u64(),
      fundedCount: reader.u64(),
      fundedSum: reader.u64(),
      spentCount: reader.u64(),
      spentSum: reader.u64(),
    })),
  )

export const blockKey = (hash: BlockHash): Uint8Array => new ByteWriter(33).u8(BLOCK).bytes(hash).finish()

/** What is asked about blocks and not in their headers. */
export interface BlockRow {
  readonly size: number
  readonly weight: number
  readonly transactions: number
}

export const encodeBlockRow = ({ size, weight, transactions }: BlockRow): Uint8Array =>
  new ByteWriter(12).u32(size).u32(weight).u32(transactions).finish()

export const decodeBlockRow = (row: Uint8Array): BlockRow =>
  unwrap(decodeExact(row, (reader) => ({ size: reader.u32(), weight: reader.u32(), transactions: reader.u32() })))
