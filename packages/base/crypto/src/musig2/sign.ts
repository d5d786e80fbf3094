import { assert, bigintFromBytesBE, bigintToBytesBE, concatBytes, equalBytes, err, ok, type Result } from '@ply/bytes'
import { isSecretKey, publicKeyFromSecret } from '../keys.ts'
import { createKeyAggCoefficient } from './keyAgg.ts'
import { isValidPartialSignature } from './partialSigVerify.ts'
import { hasEvenY, modOrder, multiplyBase } from './point.ts'
import { type SecretNonce, takeScalars } from './secretNonce.ts'
import { getSessionValues, type SessionContext } from './sessionContext.ts'
import type { MusigViolation } from './violation.ts'

/**
 * BIP 327 Sign: one signer's partial signature, 32 bytes. Uses up the nonce, even where it fails. Violations: those of
 * the session, `secret-nonce-spent`, `secret-key-out-of-range`, `secret-nonce-of-other-key`, `signer-not-in-session`.
 */
export function sign(
  secretNonce: SecretNonce,
  secretKey: Uint8Array,
  session: SessionContext,
): Result<Uint8Array, MusigViolation> {
  const scalars = takeScalars(secretNonce)
  if (!scalars) return err({ code: 'secret-nonce-spent' })
  const values = getSessionValues(session)
  if (!values.ok) return values
  if (!isSecretKey(secretKey)) return err({ code: 'secret-key-out-of-range' })
  const publicKey = publicKeyFromSecret(secretKey)
  assert(publicKey !== undefined, 'a secret key in range has a public key')
  if (!equalBytes(publicKey, scalars.publicKey)) return err({ code: 'secret-nonce-of-other-key' })
  if (!session.publicKeys.some((key) => equalBytes(key, publicKey))) return err({ code: 'signer-not-in-session' })

  const { key, nonceCoefficient, nonce, challenge, keySign } = values.value
  const nonceSum = scalars.first + nonceCoefficient * scalars.second
  const coefficient = createKeyAggCoefficient(session.publicKeys)(publicKey)
  const signedKey = keySign * key.parityFactor * bigintFromBytesBE(secretKey)
  const signature = modOrder((hasEvenY(nonce) ? nonceSum : -nonceSum) + challenge * coefficient * signedKey)
  const partialSignature = bigintToBytesBE(signature, 32)

  // A fault in the computation could leak the key: nothing leaves that does not verify.
  const [first, second] = [multiplyBase(scalars.first), multiplyBase(scalars.second)]
  assert(first !== undefined && second !== undefined, 'nonce scalars are not zero')
  const contribution = { partialSignature, publicNonce: concatBytes(first, second), publicKey }
  assert(isValidPartialSignature(contribution, session, values.value), 'own partial signature does not verify')
  return ok(partialSignature)
}
