import type { Entropy } from '@ply/ports'

/** A whole number in [0, bound), bound at most 2³². The bias of the last partial range is under 2⁻¹⁶ for wallets. */
export function randomBelow(entropy: Entropy, bound: number): number {
  const bytes = entropy.bytes(6)
  let value = 0
  for (const byte of bytes) value = value * 256 + byte
  return value % bound
}

/** A copy in random order (Fisher and Yates). */
export function shuffle<T>(items: readonly T[], entropy: Entropy): T[] {
  const shuffled = [...items]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = randomBelow(entropy, i + 1)
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  return shuffled
}
