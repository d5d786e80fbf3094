import { assert, bigintFromBytesBE, concatBytes, equalBytes, err, ok, type Result } from '@ply/bytes'
import { taggedHash } from '../hash.ts'
import { addPoints, modOrder, multiplyPoint, parsePoint, type Point, xBytes } from './point.ts'
import { blame, type MusigViolation } from './violation.ts'

/** BIP 327 KeyAgg Context: the aggregate key, tweaked or not yet, and what signers need to undo the tweaks. */
export interface KeyAggContext {
  /** Q, 33 bytes. */
  readonly publicKey: Uint8Array
  /** gacc: 1, or n − 1 where x-only tweaks have negated the sum of the keys. */
  readonly parityFactor: bigint
  /** tacc: the accumulated tweak, below the group order. */
  readonly tweak: bigint
}

/** BIP 327 GetXonlyPubkey: the 32 bytes that signatures verify under (BIP 340). */
export const getXonlyPubkey = ({ publicKey }: KeyAggContext): Uint8Array => xBytes(publicKey)

/** BIP 327 GetPlainPubkey: 33 bytes, as BIP 32 derivation needs them. */
export const getPlainPubkey = ({ publicKey }: KeyAggContext): Uint8Array => publicKey.slice()

/** BIP 327 KeyAggCoeff, with the hash over the list computed once. */
export function createKeyAggCoefficient(publicKeys: readonly Uint8Array[]): (publicKey: Uint8Array) => bigint {
  const list = taggedHash('KeyAgg list', concatBytes(...publicKeys))
  // The first key unlike the first one counts once: it saves a multiplication and costs no security.
  const second = publicKeys.find((key) => !equalBytes(key, publicKeys[0]!))
  return (publicKey) => {
    if (second && equalBytes(publicKey, second)) return 1n
    return modOrder(bigintFromBytesBE(taggedHash('KeyAgg coefficient', list, publicKey)))
  }
}

/**
 * BIP 327 KeyAgg of 33-byte public keys; their order matters. Violations: `invalid-contribution` (pubkey),
 * `aggregate-key-infinite`.
 */
export function keyAgg(publicKeys: readonly Uint8Array[]): Result<KeyAggContext, MusigViolation> {
  assert(publicKeys.length > 0, 'an aggregate of no keys')
  const coefficient = createKeyAggCoefficient(publicKeys)
  let sum: Point
  for (const [signer, publicKey] of publicKeys.entries()) {
    const point = parsePoint(publicKey)
    if (!point) return err(blame('pubkey', signer))
    sum = addPoints(sum, multiplyPoint(point, coefficient(publicKey)))
  }
  return sum ? ok({ publicKey: sum, parityFactor: 1n, tweak: 0n }) : err({ code: 'aggregate-key-infinite' })
}
