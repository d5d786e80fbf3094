// Where the kernel's numbers lie in its memory, in values (a word per lane). What does not depend on the nonce is
// computed once per header in JavaScript, and the code that the kernel is made of takes it from here.
import type { BlockLayout } from '@ply/crypto/wasm'

/** One of the two blocks that are compressed for each nonce. */
export type NonceBlock = Required<BlockLayout> & {
  /** Eight values: the state before `firstRound`. */
  readonly state: number
}

const words = (isUniform: (word: number) => boolean): readonly boolean[] => {
  const uniform = Array.from({ length: 16 }, (_, word) => isUniform(word))
  for (let i = 16; i < 64; i++) {
    uniform.push([i - 16, i - 15, i - 7, i - 2].every((word) => uniform[word]))
  }
  return uniform
}

/** The header's last 16 bytes, of which the nonce is word 3. */
export const HEADER_BLOCK: NonceBlock = {
  uniform: words((word) => word !== 3),
  firstRound: 3,
  endRound: 64,
  state: 0,
  constants: 8,
  partialWords: 72,
}

/** The first hash. Of the second only the last word is wanted, and it is known four rounds before the end. */
export const HASH_BLOCK: NonceBlock = {
  uniform: words((word) => word >= 8),
  firstRound: 0,
  endRound: 61,
  state: 136,
  constants: 144,
  partialWords: 208,
}

/** Eight values: the state after the header's first 64 bytes. */
export const MIDSTATE = 272
/** One value: the four most significant bytes of the target. */
export const TARGET = 280
export const VALUES = 281
