import type { ByteReader } from '@ply/bytes'
import {
  type ByteWriter,
  compactSizeLength,
  DecodeError,
  decodeExact,
  encodeWith,
  type Result,
  withEncoding,
} from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import type { Txid, Wtxid } from './hash.ts'
import { createOutPoint, isNullOutPoint, type OutPoint } from './outPoint.ts'
import type { Sats } from './units.ts'

export interface TxInput {
  readonly prevout: OutPoint
  readonly scriptSig: Uint8Array
  readonly sequence: number
  /** BIP 141; empty where there is none. */
  readonly witness: readonly Uint8Array[]
}

export interface TxOutput {
  /** Any signed 64-bit number may be encoded; only consensus says which are valid. */
  readonly value: Sats
  readonly scriptPubKey: Uint8Array
}

/** A transaction is an immutable value: never change one, make another. */
export interface Transaction {
  /** Unsigned 32 bits. */
  readonly version: number
  readonly inputs: readonly TxInput[]
  readonly outputs: readonly TxOutput[]
  readonly lockTime: number
}

export const SEQUENCE_FINAL = 0xffffffff
/** Non-final, so that nLockTime counts, and signalling replacement (BIP 125). */
export const SEQUENCE_REPLACEABLE = 0xfffffffd
/** BIP 141: one byte outside the witness weighs as many bytes inside it. */
export const WITNESS_SCALE_FACTOR = 4

export const hasWitness = (tx: Transaction): boolean => tx.inputs.some((input) => input.witness.length > 0)

/** True if the only input spends the null outpoint. */
export function isCoinbase(tx: Transaction): boolean {
  const [input] = tx.inputs
  return tx.inputs.length === 1 && input !== undefined && isNullOutPoint(input.prevout)
}

/** An input whose witness, which stands behind all outputs, is still to be read. */
type UnfinishedInput = Omit<TxInput, 'witness'> & { witness: readonly Uint8Array[] }

const NO_WITNESS: readonly Uint8Array[] = []

function readInput(reader: ByteReader): UnfinishedInput {
  return {
    prevout: createOutPoint(reader.part(32) as Txid, reader.u32()),
    scriptSig: reader.varPart(),
    sequence: reader.u32(),
    witness: NO_WITNESS,
  }
}

/** Outputs are kept when their transaction is long gone: always a copy. */
export function readOutput(reader: ByteReader): TxOutput {
  return { value: reader.i64() as Sats, scriptPubKey: reader.varBytes() }
}

/** Items for which memory is taken before they are there. */
const FEW = 16

/** Reads `count` items; memory grows with the bytes that are there, not with the announced count. */
function readMany<T>(reader: ByteReader, read: (reader: ByteReader) => T): T[] {
  const count = reader.compactSize()
  // An array that grows begins with room for many: most have two items.
  const items = new Array<T>(Math.min(count, FEW))
  for (let i = 0; i < count; i++) items[i] = read(reader)
  return items
}

const readWitness = (reader: ByteReader): Uint8Array[] => readMany(reader, (item) => item.varPart())

/** What is derived from a transaction, each computed once and only when asked for. */
interface Derived {
  txid?: Txid
  wtxid?: Wtxid
  outPoints?: readonly OutPoint[]
}

/** A transaction as it was read, which remembers what is derived from it. */
class DecodedTransaction implements Transaction {
  readonly version: number
  readonly inputs: readonly TxInput[]
  readonly outputs: readonly TxOutput[]
  readonly lockTime: number
  #derived: Derived | undefined

  constructor(version: number, inputs: readonly TxInput[], outputs: readonly TxOutput[], lockTime: number) {
    this.version = version
    this.inputs = inputs
    this.outputs = outputs
    this.lockTime = lockTime
  }

  /** Undefined for a transaction that was put together elsewhere. */
  static derived(tx: Transaction): Derived | undefined {
    return #derived in tx ? (tx.#derived ??= {}) : undefined
  }
}

/**
 * Reads a transaction in either serialisation (BIP 144), inside a codec that catches {@link DecodeError}.
 * Without `witness` only the old form is read, which alone can hold a transaction that has no inputs yet.
 * Violations as Bitcoin Core's: `superfluous-witness`, `unknown-transaction-optional-data`, `end-of-data`.
 */
export function readTransaction(reader: ByteReader, witness = true): Transaction {
  const version = reader.u32()
  let inputs = readMany(reader, readInput)
  let outputs: TxOutput[] = []
  let flags = 0
  if (witness && inputs.length === 0) {
    flags = reader.u8()
    if (flags !== 0) {
      inputs = readMany(reader, readInput)
      outputs = readMany(reader, readOutput)
    }
  } else {
    outputs = readMany(reader, readOutput)
  }
  if ((flags & 1) !== 0) {
    flags ^= 1
    for (const input of inputs) input.witness = readWitness(reader)
    if (inputs.every((input) => input.witness.length === 0)) {
      throw new DecodeError('superfluous-witness', 'Superfluous witness record')
    }
  }
  if (flags !== 0) throw new DecodeError('unknown-transaction-optional-data', 'Unknown transaction optional data')
  return new DecodedTransaction(version, inputs, outputs, reader.u32())
}

/** The whole of `bytes` as one transaction. */
export function decodeTransaction(bytes: Uint8Array): Result<Transaction, DecodeError> {
  return decodeExact(bytes, readTransaction)
}

export function writeOutput(writer: ByteWriter, output: TxOutput): void {
  writer.i64(output.value).varBytes(output.scriptPubKey)
}

/** Writes a transaction; with `witness` in the BIP 144 form where there is any witness. */
export function writeTransaction(writer: ByteWriter, tx: Transaction, witness = true): void {
  const extended = witness && hasWitness(tx)
  writer.u32(tx.version)
  if (extended) writer.u8(0).u8(1)
  writer.compactSize(tx.inputs.length)
  for (const input of tx.inputs) {
    writer.bytes(input.prevout.txid).u32(input.prevout.index).varBytes(input.scriptSig).u32(input.sequence)
  }
  writer.compactSize(tx.outputs.length)
  for (const output of tx.outputs) writeOutput(writer, output)
  if (extended) {
    for (const input of tx.inputs) {
      writer.compactSize(input.witness.length)
      for (const item of input.witness) writer.varBytes(item)
    }
  }
  writer.u32(tx.lockTime)
}

/** Network serialisation; without `witness` the form that the txid commits to. */
export const encodeTransaction = (tx: Transaction, witness = true): Uint8Array =>
  encodeWith((writer) => writeTransaction(writer, tx, witness))

const hashEncoded = (tx: Transaction, witness: boolean): Uint8Array =>
  withEncoding((writer) => {
    writeTransaction(writer, tx, witness)
  }, hash256)

const derivedOfOthers = new WeakMap<Transaction, Derived>()

function derivedOf(tx: Transaction): Derived {
  let derived = DecodedTransaction.derived(tx) ?? derivedOfOthers.get(tx)
  if (!derived) {
    derived = {}
    derivedOfOthers.set(tx, derived)
  }
  return derived
}

/** The transaction's id, computed once per object. */
export const computeTxid = (tx: Transaction): Txid => (derivedOf(tx).txid ??= hashEncoded(tx, false) as Txid)

/** The hash over the serialisation with witness (BIP 141), computed once per object. */
export function computeWtxid(tx: Transaction): Wtxid {
  if (!hasWitness(tx)) return computeTxid(tx) as Uint8Array as Wtxid
  return (derivedOf(tx).wtxid ??= hashEncoded(tx, true) as Wtxid)
}

/** The outpoints of the transaction's outputs, made once per object. */
export function outPointsOf(tx: Transaction): readonly OutPoint[] {
  return (derivedOf(tx).outPoints ??= tx.outputs.map((_, index) => createOutPoint(computeTxid(tx), index)))
}

const scriptLength = (script: Uint8Array): number => compactSizeLength(script.length) + script.length

/** Bytes of the serialisation without witness. */
export function strippedSize(tx: Transaction): number {
  let size = 8 + compactSizeLength(tx.inputs.length) + compactSizeLength(tx.outputs.length)
  for (const input of tx.inputs) size += 40 + scriptLength(input.scriptSig)
  for (const output of tx.outputs) size += 8 + scriptLength(output.scriptPubKey)
  return size
}

/** Bytes of the serialisation with witness. */
export function totalSize(tx: Transaction): number {
  let size = strippedSize(tx)
  if (!hasWitness(tx)) return size
  size += 2
  for (const input of tx.inputs) {
    size += compactSizeLength(input.witness.length)
    for (const item of input.witness) size += scriptLength(item)
  }
  return size
}

/** BIP 141 weight: three times the stripped size plus the total size. */
export function transactionWeight(tx: Transaction): number {
  return strippedSize(tx) * (WITNESS_SCALE_FACTOR - 1) + totalSize(tx)
}

/** Virtual size in vbytes: weight over four, rounded up. */
export function virtualSize(tx: Transaction): number {
  return Math.ceil(transactionWeight(tx) / WITNESS_SCALE_FACTOR)
}
