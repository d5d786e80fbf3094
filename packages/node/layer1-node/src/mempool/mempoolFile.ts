import { readFile } from 'node:fs/promises'
import { bytesToHex, hexToBytes } from '@ply/bytes'
import type { Entropy, Logger } from '@ply/ports'
import { computeTxid, type Txid } from '@ply/primitives'
import { writeFileAtomic } from '@ply/runtime'
import { decodeMempoolDat, encodeMempoolDat } from './mempoolDat.ts'
import type { MempoolManager } from './mempoolManager.ts'

/** Writes the pool as a whole, with the corrections of fees that wait for their transactions. */
export async function saveMempool(path: string, { mempool }: MempoolManager, entropy: Entropy): Promise<void> {
  const entries = [...mempool.entries()]
  const feeDeltas = new Map(mempool.feeDeltas())
  for (const { txid } of entries) feeDeltas.delete(bytesToHex(txid))
  const transactions = entries.map((entry) => ({
    tx: entry.tx,
    time: entry.time,
    feeDelta: mempool.feeDelta(entry.txid),
  }))
  await writeFileAtomic(path, encodeMempoolDat({ transactions, feeDeltas, unbroadcast: [] }, entropy.bytes(8)))
}

/** Offers the transactions of a saved pool again. A missing or damaged file is no loss that matters. */
export async function loadMempool(path: string, manager: MempoolManager, logger: Logger): Promise<void> {
  const bytes = await readFile(path).catch(() => undefined)
  if (!bytes) return
  const saved = decodeMempoolDat(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (!saved.ok) {
    logger.log('warn', `mempool.dat is not readable (${saved.error.message}), starting with an empty mempool`)
    return
  }
  const { transactions, feeDeltas } = saved.value
  let accepted = 0
  for (const { tx, time, feeDelta } of transactions) {
    if (feeDelta !== 0n) manager.mempool.prioritise(computeTxid(tx), feeDelta)
    if ((await manager.accept(tx, {}, time)).ok) accepted++
  }
  for (const [txid, delta] of feeDeltas) manager.mempool.prioritise(hexToBytes(txid) as Txid, delta)
  logger.log('info', `Imported mempool transactions from file: ${accepted} of ${transactions.length}`)
}
