import { sha256 } from '@ply/crypto'

/** Index of the first per-commitment secret; they are used in descending order (BOLT 3). */
export const FIRST_SECRET_INDEX = 2 ** 48 - 1

/** Index of the secret that belongs to a commitment number. */
export const secretIndexOf = (commitmentNumber: number): number => FIRST_SECRET_INDEX - commitmentNumber

/** BOLT 3's derive_secret: from a secret whose index agrees in all but the lowest `bits` bits to that of `index`. */
export function deriveSecret(base: Uint8Array, bits: number, index: number): Uint8Array {
  let secret = base
  for (let bit = bits - 1; bit >= 0; bit--) {
    if (Math.floor(index / 2 ** bit) % 2 === 1) {
      const flipped = secret.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      secret = sha256(flipped)
    }
  }
  return secret
}

/** BOLT 3's generate_from_seed: the secret of an index out of a 32-byte seed. */
export const generateFromSeed = (seed: Uint8Array, index: number): Uint8Array => deriveSecret(seed, 48, index)
