import { assert, bigintFromBytesBE, equalBytes, err, ok, type Result } from '@ply/bytes'
import { CURVE_ORDER } from '../keys.ts'
import { createKeyAggCoefficient } from './keyAgg.ts'
import { nonceAgg } from './nonceAgg.ts'
import { addPoints, hasEvenY, modOrder, multiplyBase, multiplyPoint, negatePoint, POINT_SIZE } from './point.ts'
import { getSessionValues, type SessionContext, type SessionValues } from './sessionContext.ts'
import { blame, type MusigViolation } from './violation.ts'

/** What one signer sent: 32 and 66 bytes, and its 33-byte key. Nonce and key are valid points. */
interface Contribution {
  readonly partialSignature: Uint8Array
  readonly publicNonce: Uint8Array
  readonly publicKey: Uint8Array
}

/** A session before its nonces are added up, and the nonce of every signer in the order of the keys. */
export interface PartialSigVerifyRequest extends Omit<SessionContext, 'aggregateNonce'> {
  readonly publicNonces: readonly Uint8Array[]
  readonly partialSignature: Uint8Array
  /** 0-based place of the signer among the keys. */
  readonly signer: number
}

/** BIP 327 PartialSigVerifyInternal for a session whose values are known. */
export function isValidPartialSignature(
  { partialSignature, publicNonce, publicKey }: Contribution,
  { publicKeys }: SessionContext,
  { key, nonceCoefficient, nonce, challenge, keySign }: SessionValues,
): boolean {
  const scalar = bigintFromBytesBE(partialSignature)
  if (partialSignature.length !== 32 || scalar >= CURVE_ORDER) return false
  const own = addPoints(
    publicNonce.subarray(0, POINT_SIZE),
    multiplyPoint(publicNonce.subarray(POINT_SIZE), nonceCoefficient),
  )
  const effectiveNonce = hasEvenY(nonce) ? own : negatePoint(own)
  const coefficient = createKeyAggCoefficient(publicKeys)(publicKey)
  const keyFactor = modOrder(challenge * coefficient * keySign * key.parityFactor)
  const expected = addPoints(effectiveNonce, multiplyPoint(publicKey, keyFactor))
  const actual = multiplyBase(scalar)
  return expected && actual ? equalBytes(expected, actual) : expected === actual
}

/**
 * BIP 327 PartialSigVerify: finds out who spoils a session. A partial signature is no signature: anyone who joins as
 * two signers can forge one. Violations: those of NonceAgg and of the session, `invalid-contribution` (psig).
 */
export function partialSigVerify(request: PartialSigVerifyRequest): Result<void, MusigViolation> {
  const { publicKeys, publicNonces, tweaks, message, partialSignature, signer } = request
  assert(publicNonces.length === publicKeys.length, 'not one nonce per key')
  const [publicNonce, publicKey] = [publicNonces[signer], publicKeys[signer]]
  assert(publicNonce !== undefined && publicKey !== undefined, 'no such signer')
  const aggregateNonce = nonceAgg(publicNonces)
  if (!aggregateNonce.ok) return aggregateNonce
  const session = { aggregateNonce: aggregateNonce.value, publicKeys, tweaks, message }
  const values = getSessionValues(session)
  if (!values.ok) return values
  const contribution = { partialSignature, publicNonce, publicKey }
  return isValidPartialSignature(contribution, session, values.value) ? ok(undefined) : err(blame('psig', signer))
}
