import { readFile } from 'node:fs/promises'
import { ByteWriter, decodeExact, DecodeError, type Result } from '@ply/bytes'
import type { MempoolEntry } from '@ply/mempool'
import type { Logger } from '@ply/ports'
import { computeTxid, readTransaction, type Transaction, writeTransaction } from '@ply/primitives'
import { writeFileAtomic } from '@ply/runtime'
import type { MempoolManager } from './mempoolManager.ts'

/** The version of Bitcoin Core's mempool.dat without obfuscation. */
const VERSION = 1n

interface SavedTransaction {
  readonly tx: Transaction
  readonly time: number
  readonly feeDelta: bigint
}

function encodeMempool(entries: readonly MempoolEntry[]): Uint8Array {
  const writer = new ByteWriter(1 << 16).u64(VERSION).u64(BigInt(entries.length))
  for (const entry of entries) {
    writeTransaction(writer, entry.tx)
    writer.i64(BigInt(entry.time)).i64(entry.modifiedFee - entry.fee)
  }
  // No corrections for absent transactions, and no set of transactions not broadcast yet.
  return writer.compactSize(0).compactSize(0).finish()
}

/** Violations of the reader, `unknown-version`. */
export function decodeMempool(bytes: Uint8Array): Result<SavedTransaction[], DecodeError> {
  return decodeExact(bytes, (reader) => {
    if (reader.u64() !== VERSION) throw new DecodeError('unknown-version')
    const count = reader.u64()
    const saved: SavedTransaction[] = []
    for (let i = 0n; i < count; i++) {
      saved.push({ tx: readTransaction(reader), time: Number(reader.i64()), feeDelta: reader.i64() })
    }
    for (let deltas = reader.compactSize(); deltas > 0; deltas--) {
      reader.bytes(32)
      reader.i64()
    }
    for (let unbroadcast = reader.compactSize(); unbroadcast > 0; unbroadcast--) reader.bytes(32)
    return saved
  })
}

/** Writes the pool as a whole, parents before children. */
export async function saveMempool(path: string, { mempool }: MempoolManager): Promise<void> {
  await writeFileAtomic(path, encodeMempool([...mempool.entries()]))
}

/** Offers the transactions of a saved pool again. A missing or damaged file is no loss that matters. */
export async function loadMempool(path: string, manager: MempoolManager, logger: Logger): Promise<void> {
  const bytes = await readFile(path).catch(() => undefined)
  if (!bytes) return
  const saved = decodeMempool(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (!saved.ok) {
    logger.log('warn', `mempool.dat is not readable (${saved.error.message}), starting with an empty mempool`)
    return
  }
  let accepted = 0
  for (const { tx, time, feeDelta } of saved.value) {
    if (feeDelta !== 0n) manager.mempool.prioritise(computeTxid(tx), feeDelta)
    if ((await manager.accept(tx, {}, time)).ok) accepted++
  }
  logger.log('info', `Imported mempool transactions from file: ${accepted} of ${saved.value.length}`)
}
