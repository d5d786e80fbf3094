import { readFile } from 'node:fs/promises'
import { bytesToHex, hexToBytes } from '@ply/bytes'
import type { Entropy, Logger } from '@ply/ports'
import { computeTxid, type Txid } from '@ply/primitives'
import { writeFileAtomic } from '@ply/runtime'
import { decodeMempoolDat, encodeMempoolDat, type SavedMempool } from './mempoolDat.ts'
import type { MempoolManager } from './mempoolManager.ts'

export interface MempoolSaving {
  readonly path: string
  readonly entropy: Entropy
  /** In the format that programs of before version 27 of Bitcoin Core read. */
  readonly plain: boolean
}

/** Writes the pool as a whole, parents first, with the corrections of fees that wait for their transactions. */
export async function saveMempool(manager: MempoolManager, { path, entropy, plain }: MempoolSaving): Promise<void> {
  const { mempool } = manager
  const entries = mempool.inMiningOrder()
  const feeDeltas = new Map(mempool.feeDeltas())
  for (const { txid } of entries) feeDeltas.delete(bytesToHex(txid))
  const transactions = entries.map((entry) => ({
    tx: entry.tx,
    time: entry.time,
    feeDelta: mempool.feeDelta(entry.txid),
  }))
  const unbroadcast = [...manager.unbroadcast].map(({ txid }) => txid)
  const bytes = encodeMempoolDat({ transactions, feeDeltas, unbroadcast }, plain ? undefined : entropy.bytes(8))
  await writeFileAtomic(path, bytes, 0o600, `${path}.new`)
}

/** What to take over from a file besides the transactions. */
export interface MempoolFileOptions {
  /** The transactions came now, not when the file says. */
  readonly useCurrentTime: boolean
  readonly applyFeeDeltas: boolean
  readonly applyUnbroadcast: boolean
}

/** For the file that we wrote ourselves. */
const TAKE_ALL: MempoolFileOptions = { useCurrentTime: false, applyFeeDeltas: true, applyUnbroadcast: true }

/** Offers the transactions of a saved pool again. False for a missing or damaged file, which is no loss that matters. */
export async function loadMempool(
  path: string,
  manager: MempoolManager,
  logger: Logger,
  options: MempoolFileOptions = TAKE_ALL,
): Promise<boolean> {
  const bytes = await readFile(path).catch(() => undefined)
  if (!bytes) {
    logger.log('info', 'Failed to open mempool file. Continuing anyway.')
    return false
  }
  const saved = decodeMempoolDat(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (!saved.ok) {
    const reason = saved.error.message
    logger.log('info', `Failed to deserialize mempool data on file: ${reason}. Continuing anyway.`)
    return false
  }
  const counts = await offer(saved.value, manager, options)
  logger.log(
    'info',
    `Imported mempool transactions from file: ${counts.succeeded} succeeded, ${counts.failed} failed, ` +
      `${counts.expired} expired, ${counts.known} already there, ${counts.unbroadcast} waiting for initial broadcast`,
  )
  return true
}

interface ImportCounts {
  succeeded: number
  failed: number
  expired: number
  known: number
  unbroadcast: number
}

async function offer(
  { transactions, feeDeltas, unbroadcast }: SavedMempool,
  manager: MempoolManager,
  options: MempoolFileOptions,
): Promise<ImportCounts> {
  const { mempool } = manager
  const counts: ImportCounts = { succeeded: 0, failed: 0, expired: 0, known: 0, unbroadcast: 0 }
  for (const { tx, time, feeDelta } of transactions) {
    const txid = computeTxid(tx)
    if (feeDelta !== 0n && options.applyFeeDeltas) mempool.prioritise(txid, feeDelta)
    const arrived = options.useCurrentTime ? manager.now() : time
    if (arrived <= manager.now() - mempool.options.expiry) counts.expired++
    else if (mempool.get(txid)) counts.known++
    else if ((await manager.accept(tx, {}, arrived)).ok) counts.succeeded++
    else counts.failed++
  }
  if (options.applyFeeDeltas) {
    for (const [txid, delta] of feeDeltas) mempool.prioritise(hexToBytes(txid) as Txid, delta)
  }
  if (options.applyUnbroadcast) {
    for (const txid of unbroadcast) manager.addUnbroadcast(txid)
    counts.unbroadcast = unbroadcast.length
  }
  return counts
}
