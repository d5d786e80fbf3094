/** A target as nBits encodes it; `negative` and `overflow` mark encodings that no valid block has. */
export interface CompactTarget {
  readonly target: bigint
  readonly negative: boolean
  readonly overflow: boolean
}

/** Reads the floating-point form of a 256-bit target: one byte of size, three bytes of signed mantissa. */
export function decodeCompact(bits: number): CompactTarget {
  const size = bits >>> 24
  const mantissa = bits & 0x007fffff
  // The low bytes of a short target fall out of the mantissa, and with them, possibly, all of it.
  const word = size <= 3 ? mantissa >>> (8 * (3 - size)) : mantissa
  const target = size <= 3 ? BigInt(word) : BigInt.asUintN(256, BigInt(word) << BigInt(8 * (size - 3)))
  return {
    target,
    negative: word !== 0 && (bits & 0x00800000) !== 0,
    overflow: word !== 0 && (size > 34 || (word > 0xff && size > 33) || (word > 0xffff && size > 32)),
  }
}

/** The compact form of a target, rounded down to three bytes of mantissa. */
export function encodeCompact(target: bigint): number {
  let size = target === 0n ? 0 : Math.ceil(target.toString(16).length / 2)
  let mantissa = Number(size <= 3 ? target << BigInt(8 * (3 - size)) : target >> BigInt(8 * (size - 3)))
  // The top bit of the mantissa is its sign: move up a byte rather than set it.
  if ((mantissa & 0x00800000) !== 0) {
    mantissa >>>= 8
    size++
  }
  return ((size << 24) | mantissa) >>> 0
}
