import { assert, bigintFromBytesBE, err, ok, type Result } from '@ply/bytes'
import { taggedHash } from '../hash.ts'
import { keyAggAndTweak, type MusigTweak } from './applyTweak.ts'
import type { KeyAggContext } from './keyAgg.ts'
import { NONCE_SIZE } from './nonceAgg.ts'
import {
  addPoints,
  hasEvenY,
  modOrder,
  multiplyBase,
  multiplyPoint,
  parseExtended,
  POINT_SIZE,
  xBytes,
} from './point.ts'
import { blame, type MusigViolation } from './violation.ts'

/** BIP 327 Session Context: what all signers of one signature must agree on. */
export interface SessionContext {
  /** 66 bytes, from NonceAgg. */
  readonly aggregateNonce: Uint8Array
  /** 33 bytes each, in the order of the aggregation. */
  readonly publicKeys: readonly Uint8Array[]
  readonly tweaks: readonly MusigTweak[]
  /** Of any length; 32 bytes for a transaction. */
  readonly message: Uint8Array
}

/** BIP 327 GetSessionValues, and the factor g that turns the aggregate key to its even y. */
export interface SessionValues {
  readonly key: KeyAggContext
  /** b: binds the second nonce of each signer to the session. */
  readonly nonceCoefficient: bigint
  /** R, the nonce of the final signature, 33 bytes. */
  readonly nonce: Uint8Array
  /** e */
  readonly challenge: bigint
  /** g: 1, or −1 where the aggregate key has an odd y. */
  readonly keySign: bigint
}

const known = new WeakMap<SessionContext, Result<SessionValues, MusigViolation>>()

/**
 * The values of a session, computed once per object. Violations: those of KeyAgg and ApplyTweak,
 * `invalid-contribution` (aggnonce).
 */
export function getSessionValues(session: SessionContext): Result<SessionValues, MusigViolation> {
  let values = known.get(session)
  if (!values) {
    values = computeSessionValues(session)
    known.set(session, values)
  }
  return values
}

function computeSessionValues(session: SessionContext): Result<SessionValues, MusigViolation> {
  const { aggregateNonce, publicKeys, tweaks, message } = session
  const key = keyAggAndTweak(publicKeys, tweaks)
  if (!key.ok) return key
  const aggregateKey = xBytes(key.value.publicKey)
  const nonceCoefficient = modOrder(
    bigintFromBytesBE(taggedHash('MuSig/noncecoef', aggregateNonce, aggregateKey, message)),
  )
  const first = parseExtended(aggregateNonce.subarray(0, POINT_SIZE))
  const second = parseExtended(aggregateNonce.subarray(POINT_SIZE))
  if (aggregateNonce.length !== NONCE_SIZE || !first || !second) return err(blame('aggnonce'))
  // At infinity some signer cheats; G lets the session go on until its partial signature shows who.
  const nonce = addPoints(first.point, multiplyPoint(second.point, nonceCoefficient)) ?? multiplyBase(1n)
  assert(nonce !== undefined, 'G is a point')
  const challenge = modOrder(bigintFromBytesBE(taggedHash('BIP0340/challenge', xBytes(nonce), aggregateKey, message)))
  const keySign = hasEvenY(key.value.publicKey) ? 1n : -1n
  return ok({ key: key.value, nonceCoefficient, nonce, challenge, keySign })
}
