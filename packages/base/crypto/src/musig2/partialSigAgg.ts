import { bigintFromBytesBE, bigintToBytesBE, concatBytes, err, ok, type Result } from '@ply/bytes'
import { CURVE_ORDER } from '../keys.ts'
import { modOrder, xBytes } from './point.ts'
import { getSessionValues, type SessionContext } from './sessionContext.ts'
import { blame, type MusigViolation } from './violation.ts'

/**
 * BIP 327 PartialSigAgg: the 64-byte BIP 340 signature under the aggregate key; valid if every partial signature is.
 * Violations: those of the session, `invalid-contribution` (psig).
 */
export function partialSigAgg(
  partialSignatures: readonly Uint8Array[],
  session: SessionContext,
): Result<Uint8Array, MusigViolation> {
  const values = getSessionValues(session)
  if (!values.ok) return values
  const { key, nonce, challenge, keySign } = values.value
  let sum = challenge * keySign * key.tweak
  for (const [signer, partialSignature] of partialSignatures.entries()) {
    const scalar = bigintFromBytesBE(partialSignature)
    if (partialSignature.length !== 32 || scalar >= CURVE_ORDER) return err(blame('psig', signer))
    sum += scalar
  }
  return ok(concatBytes(xBytes(nonce), bigintToBytesBE(modOrder(sum), 32)))
}
