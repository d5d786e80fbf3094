import { type ByteReader, ByteWriter, decodeExact, DecodeError, type Result } from '@ply/bytes'
import type { SavedEstimates } from './blockPolicyEstimator.ts'
import type { ConfirmationAverages } from './confirmationStats.ts'

/** The version of Bitcoin Core's fee_estimates.dat. */
const VERSION = 309_900
const MAX_BUCKETS = 1000
/** A week. */
const MAX_TARGET = 6 * 24 * 7

function writeDoubles(writer: ByteWriter, values: readonly number[]): void {
  writer.compactSize(values.length)
  const view = new DataView(new ArrayBuffer(8))
  for (const value of values) {
    view.setFloat64(0, value, true)
    writer.bytes(new Uint8Array(view.buffer.slice(0)))
  }
}

function writeAverages(writer: ByteWriter, averages: ConfirmationAverages): void {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, averages.decay, true)
  writer.bytes(new Uint8Array(view.buffer)).u32(averages.scale)
  writeDoubles(writer, averages.feeRates)
  writeDoubles(writer, averages.transactions)
  for (const rows of [averages.confirmed, averages.failed]) {
    writer.compactSize(rows.length)
    for (const row of rows) writeDoubles(writer, row)
  }
}

/** Bitcoin Core's fee_estimates.dat. */
export function encodeFeeEstimates({
  bestHeight,
  historicalFirst,
  historicalBest,
  buckets,
  stats,
}: SavedEstimates): Uint8Array {
  const writer = new ByteWriter(1 << 16).u32(VERSION).u32(bestHeight).u32(historicalFirst).u32(historicalBest)
  writeDoubles(writer, buckets)
  for (const averages of [stats.medium, stats.short, stats.long]) writeAverages(writer, averages)
  return writer.finish()
}

function readDouble(reader: ByteReader): number {
  const bytes = reader.bytes(8)
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true)
  if (!Number.isFinite(value) || value < 0) throw new DecodeError('bad-estimate')
  return value
}

function readDoubles(reader: ByteReader, expected?: number): number[] {
  const count = reader.compactSize()
  if (count > MAX_BUCKETS || (expected !== undefined && count !== expected)) throw new DecodeError('bad-bucket-count')
  return Array.from({ length: count }, () => readDouble(reader))
}

function readRows(reader: ByteReader, buckets: number): number[][] {
  const count = reader.compactSize()
  if (count < 1 || count > MAX_TARGET) throw new DecodeError('bad-period-count')
  return Array.from({ length: count }, () => readDoubles(reader, buckets))
}

function readAverages(reader: ByteReader, buckets: number): ConfirmationAverages {
  const decay = readDouble(reader)
  const scale = reader.u32()
  if (decay <= 0 || decay >= 1 || scale === 0) throw new DecodeError('bad-decay-or-scale')
  const feeRates = readDoubles(reader, buckets)
  const transactions = readDoubles(reader, buckets)
  const confirmed = readRows(reader, buckets)
  const failed = readRows(reader, buckets)
  if (failed.length !== confirmed.length || scale * confirmed.length > MAX_TARGET) {
    throw new DecodeError('bad-period-count')
  }
  return { decay, scale, feeRates, transactions, confirmed, failed }
}

/**
 * Violations of the reader, `unknown-version`, `bad-block-range`, `bad-estimate`, `bad-bucket-count`,
 * `bad-period-count`, `bad-decay-or-scale`.
 */
export function decodeFeeEstimates(bytes: Uint8Array): Result<SavedEstimates, DecodeError> {
  return decodeExact(bytes, (reader) => {
    if (reader.u32() !== VERSION) throw new DecodeError('unknown-version')
    const [bestHeight, historicalFirst, historicalBest] = [reader.u32(), reader.u32(), reader.u32()]
    if (historicalFirst > historicalBest || historicalBest > bestHeight) throw new DecodeError('bad-block-range')
    const buckets = readDoubles(reader)
    const isRising = buckets.every((end, i) => i === 0 || end > buckets[i - 1]!)
    if (buckets.length < 2 || !isRising) throw new DecodeError('bad-bucket-count')
    const [medium, short, long] = [0, 1, 2].map(() => readAverages(reader, buckets.length))
    return {
      bestHeight,
      historicalFirst,
      historicalBest,
      buckets,
      stats: { medium: medium!, short: short!, long: long! },
    }
  })
}
