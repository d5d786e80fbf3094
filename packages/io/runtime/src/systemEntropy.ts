import { randomFillSync } from 'node:crypto'
import type { Entropy } from '@ply/ports'

/** The operating system's random numbers. */
export const systemEntropy: Entropy = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
}
