import { ByteReader, ByteWriter, bytesToHex, decodeExact, DecodeError, hexToBytes, type Result } from '@ply/bytes'
import { readTransaction, type Transaction, type Txid, writeTransaction } from '@ply/primitives'

/** Versions of Bitcoin Core's mempool.dat: before and since its content is disguised by a key. */
const VERSION_PLAIN = 1n
const VERSION_XOR = 2n
const KEY_SIZE = 8

export interface SavedTransaction {
  readonly tx: Transaction
  /** When it came, in seconds since the Unix epoch. */
  readonly time: number
  /** The operator's correction of its fee, in satoshi. */
  readonly feeDelta: bigint
}

/** What a mempool.dat holds. */
export interface SavedMempool {
  /** Parents before children. */
  readonly transactions: readonly SavedTransaction[]
  /** Corrections for transactions that are not in the pool, by txid in hexadecimal (internal byte order). */
  readonly feeDeltas: ReadonlyMap<string, bigint>
  /** Own transactions that no peer has asked for yet. */
  readonly unbroadcast: readonly Txid[]
}

/** Bitcoin Core's disguise: each byte with the key's byte of its place in the file. */
function applyKey(bytes: Uint8Array, key: Uint8Array, start: number): void {
  for (let i = start; i < bytes.length; i++) bytes[i]! ^= key[i % KEY_SIZE]!
}

/**
 * Bitcoin Core's mempool.dat. With a `key` of eight random bytes, which keep virus scanners from finding anything, in
 * version 2; without one in version 1, which older programs read.
 */
export function encodeMempoolDat(saved: SavedMempool, key: Uint8Array | undefined): Uint8Array {
  const writer = new ByteWriter(1 << 16)
  if (key) writer.u64(VERSION_XOR).varBytes(key)
  else writer.u64(VERSION_PLAIN)
  const head = writer.length
  writer.u64(BigInt(saved.transactions.length))
  for (const { tx, time, feeDelta } of saved.transactions) {
    writeTransaction(writer, tx)
    writer.i64(BigInt(time)).i64(feeDelta)
  }
  writer.compactSize(saved.feeDeltas.size)
  for (const [txid, delta] of saved.feeDeltas) writer.bytes(hexToBytes(txid)).i64(delta)
  writer.compactSize(saved.unbroadcast.length)
  for (const txid of saved.unbroadcast) writer.bytes(txid)
  const bytes = writer.finish()
  if (key) applyKey(bytes, key, head)
  return bytes
}

/** The file without its disguise, and where the content begins. */
function uncover(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes)
  const version = reader.u64()
  if (version === VERSION_PLAIN) return bytes.subarray(reader.offset)
  if (version !== VERSION_XOR) throw new DecodeError('unknown-version')
  const key = reader.varBytes()
  if (key.length !== KEY_SIZE) throw new DecodeError('bad-key', 'the key must have 8 bytes')
  const content = bytes.slice()
  applyKey(content, key, reader.offset)
  return content.subarray(reader.offset)
}

function readContent(reader: ByteReader): SavedMempool {
  const transactions: SavedTransaction[] = []
  for (let left = reader.u64(); left > 0n; left--) {
    transactions.push({ tx: readTransaction(reader), time: Number(reader.i64()), feeDelta: reader.i64() })
  }
  const feeDeltas = new Map<string, bigint>()
  for (let left = reader.compactSize(); left > 0; left--) feeDeltas.set(bytesToHex(reader.bytes(32)), reader.i64())
  const unbroadcast: Txid[] = []
  for (let left = reader.compactSize(); left > 0; left--) unbroadcast.push(reader.bytes(32) as Txid)
  return { transactions, feeDeltas, unbroadcast }
}

/** Reads versions 1 and 2. Violations of the reader, `unknown-version`, `bad-key`. */
export function decodeMempoolDat(bytes: Uint8Array): Result<SavedMempool, DecodeError> {
  return decodeExact(bytes, (reader) => {
    const content = uncover(reader.rest())
    const inner = decodeExact(content, readContent)
    if (!inner.ok) throw inner.error
    return inner.value
  })
}
