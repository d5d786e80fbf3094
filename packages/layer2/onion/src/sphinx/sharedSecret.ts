import { assert, concatBytes } from '@ply/bytes'
import { ecdh, publicKeyFromSecret, secretKeyMultiply, sha256 } from '@ply/crypto'

/** The factor by which a hop blinds the ephemeral key that it passes on (BOLT 4, Blinding Ephemeral Onion Keys). */
export function computeBlindingFactor(ephemeralKey: Uint8Array, sharedSecret: Uint8Array): Uint8Array {
  return sha256(concatBytes(ephemeralKey, sharedSecret))
}

/**
 * The secret that the origin of an onion shares with each hop, in hop order (BOLT 4, Shared Secret).
 * Undefined if one of the 33-byte node ids is no point of the curve. The session key must be a valid secret key.
 */
export function computeSharedSecrets(
  sessionKey: Uint8Array,
  nodeIds: readonly Uint8Array[],
): readonly Uint8Array[] | undefined {
  const secrets: Uint8Array[] = []
  let ephemeral = sessionKey
  for (const nodeId of nodeIds) {
    const ephemeralKey = publicKeyFromSecret(ephemeral)
    assert(ephemeralKey !== undefined, 'session key out of range')
    const secret = ecdh(ephemeral, nodeId)
    if (!secret) return undefined
    secrets.push(secret)
    const blinded = secretKeyMultiply(ephemeral, computeBlindingFactor(ephemeralKey, secret))
    assert(blinded !== undefined, 'blinded session key is zero')
    ephemeral = blinded
  }
  return secrets
}
