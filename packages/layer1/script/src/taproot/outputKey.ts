import { assert } from '@ply/bytes'
import { publicKeyFromSecret, secretKeyAdd, secretKeyNegate, xOnlyTweakAdd } from '@ply/crypto'
import { computeTapTweak } from './hashes.ts'

/** The key in a taproot output, x-only, and the parity of its y. */
export interface TaprootOutputKey {
  readonly publicKey: Uint8Array
  readonly parity: 0 | 1
}

/** Q = P + H(P‖root)·G (BIP 341); undefined if `internalKey` is no x coordinate of the curve. */
export function computeTaprootOutputKey(
  internalKey: Uint8Array,
  merkleRoot?: Uint8Array,
): TaprootOutputKey | undefined {
  return xOnlyTweakAdd(internalKey, computeTapTweak(internalKey, merkleRoot))
}

/**
 * The secret key of the output key, for spending by key path (BIP 341): the internal secret key, negated where its
 * point has an odd y, plus the tweak. Undefined for a secret key out of range. `publicKey` is its point, in compressed
 * form, where that is known already.
 */
export function computeTaprootSecretKey(
  secretKey: Uint8Array,
  merkleRoot?: Uint8Array,
  publicKey = publicKeyFromSecret(secretKey),
): Uint8Array | undefined {
  if (!publicKey) return undefined
  const even = publicKey[0] === 0x02 ? secretKey : secretKeyNegate(secretKey)
  assert(even !== undefined, 'a secret key in range has a negation')
  return secretKeyAdd(even, computeTapTweak(publicKey.subarray(1), merkleRoot))
}
