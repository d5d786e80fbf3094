import { decodeCompact } from './compactBits.ts'

const ALL_HASHES = 1n << 256n

/** Hashes expected for one block of this difficulty; 0 for bits that encode no target. */
export function computeBlockWork(bits: number): bigint {
  const { target, negative, overflow } = decodeCompact(bits)
  if (negative || overflow || target === 0n) return 0n
  return ALL_HASHES / (target + 1n)
}

/**
 * Seconds that mining from `from` up to `to` would take at the difficulty of `tip`; negative where `from` has more
 * work. Says how deep a block is buried in terms of work rather than of height.
 */
export function computeEquivalentTime(
  work: { readonly from: bigint; readonly to: bigint },
  tipBits: number,
  targetSpacing: number,
): number {
  const tipWork = computeBlockWork(tipBits)
  if (tipWork === 0n) return 0
  return Number(((work.to - work.from) * BigInt(targetSpacing)) / tipWork)
}
