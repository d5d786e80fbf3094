import { bigintToBytesBE, err, ok, type Result } from '@ply/bytes'
import { taggedHash } from '../hash.ts'
import { isSecretKey, publicKeyFromSecret } from '../keys.ts'
import { keyAggAndTweak } from './applyTweak.ts'
import { getXonlyPubkey } from './keyAgg.ts'
import { nonceAgg } from './nonceAgg.ts'
import { createNonce, maskSecretKey } from './nonceGen.ts'
import type { SessionContext } from './sessionContext.ts'
import { sign } from './sign.ts'
import { blame, type MusigViolation } from './violation.ts'

export interface DeterministicSignRequest extends Omit<SessionContext, 'aggregateNonce'> {
  readonly secretKey: Uint8Array
  /** NonceAgg over the nonces of *all* other signers, 66 bytes. */
  readonly aggregateOtherNonce: Uint8Array
  /** 32 bytes; may be missing. */
  readonly random?: Uint8Array | undefined
}

export interface DeterministicSignature {
  readonly publicNonce: Uint8Array
  readonly partialSignature: Uint8Array
}

/**
 * BIP 327 DeterministicSign: nonce and partial signature in one step and without state, for the one signer who speaks
 * last. Violations: those of KeyAgg, ApplyTweak and Sign, `invalid-contribution` (aggothernonce, of the aggregator).
 */
export function deterministicSign(request: DeterministicSignRequest): Result<DeterministicSignature, MusigViolation> {
  const { secretKey, aggregateOtherNonce, publicKeys, tweaks, message, random } = request
  const key = keyAggAndTweak(publicKeys, tweaks)
  if (!key.ok) return key
  const publicKey = isSecretKey(secretKey) ? publicKeyFromSecret(secretKey) : undefined
  if (!publicKey) return err({ code: 'secret-key-out-of-range' })

  const seed = random ? maskSecretKey(secretKey, random) : secretKey
  const hash = (index: number): Uint8Array =>
    taggedHash(
      'MuSig/deterministic/nonce',
      seed,
      aggregateOtherNonce,
      getXonlyPubkey(key.value),
      bigintToBytesBE(BigInt(message.length), 8),
      message,
      Uint8Array.of(index),
    )
  const { secretNonce, publicNonce } = createNonce([hash(0), hash(1)], publicKey)
  const aggregateNonce = nonceAgg([publicNonce, aggregateOtherNonce])
  if (!aggregateNonce.ok) return err(blame('aggothernonce'))
  const session = { aggregateNonce: aggregateNonce.value, publicKeys, tweaks, message }
  const partialSignature = sign(secretNonce, secretKey, session)
  return partialSignature.ok ? ok({ publicNonce, partialSignature: partialSignature.value }) : partialSignature
}
