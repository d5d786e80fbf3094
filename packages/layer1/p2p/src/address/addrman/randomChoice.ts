import type { Entropy } from '@ply/ports'

const BYTES = 6

/** Uniform in [0, 1), with 48 bits. */
export const randomFraction = (entropy: Entropy): number =>
  entropy.bytes(BYTES).reduce((sum, byte) => sum * 256 + byte, 0) / 256 ** BYTES

/** An integer in [0, bound). */
export const randomBelow = (entropy: Entropy, bound: number): number => Math.floor(randomFraction(entropy) * bound)
