import { assert, concatBytes } from '@ply/bytes'
import { pointAdd, pointAddScalar, pointMultiply, secretKeyAdd, secretKeyMultiply, sha256 } from '@ply/crypto'

// BOLT 3, key derivation. The points come from the message codec, which takes valid points only, and a hash that hits
// an exceptional case (zero, infinity) does not occur: such a result is treated as a bug.

function found(key: Uint8Array | undefined): Uint8Array {
  assert(key !== undefined, 'key derivation reached the point at infinity')
  return key
}

/** localpubkey, htlcpubkey, delayedpubkey: basepoint + SHA256(per_commitment_point ‖ basepoint)·G. */
export function derivePublicKey(basepoint: Uint8Array, perCommitmentPoint: Uint8Array): Uint8Array {
  return found(pointAddScalar(basepoint, sha256(concatBytes(perCommitmentPoint, basepoint))))
}

/** The secret of {@link derivePublicKey}. */
export function deriveSecretKey(
  basepointSecret: Uint8Array,
  basepoint: Uint8Array,
  perCommitmentPoint: Uint8Array,
): Uint8Array {
  return found(secretKeyAdd(basepointSecret, sha256(concatBytes(perCommitmentPoint, basepoint))))
}

/** revocationpubkey: neither side alone knows its secret until the commitment is revoked. */
export function deriveRevocationPublicKey(revocationBasepoint: Uint8Array, perCommitmentPoint: Uint8Array): Uint8Array {
  const left = pointMultiply(revocationBasepoint, sha256(concatBytes(revocationBasepoint, perCommitmentPoint)))
  const right = pointMultiply(perCommitmentPoint, sha256(concatBytes(perCommitmentPoint, revocationBasepoint)))
  return found(pointAdd(found(left), found(right)))
}

/** The secrets and points that a revocation key is made of. */
export interface RevocationSecrets {
  readonly revocationBasepointSecret: Uint8Array
  readonly revocationBasepoint: Uint8Array
  readonly perCommitmentSecret: Uint8Array
  readonly perCommitmentPoint: Uint8Array
}

/** revocationprivkey, once the peer has revealed its per-commitment secret. */
export function deriveRevocationSecretKey(secrets: RevocationSecrets): Uint8Array {
  const { revocationBasepoint, perCommitmentPoint } = secrets
  const left = secretKeyMultiply(
    secrets.revocationBasepointSecret,
    sha256(concatBytes(revocationBasepoint, perCommitmentPoint)),
  )
  const right = secretKeyMultiply(
    secrets.perCommitmentSecret,
    sha256(concatBytes(perCommitmentPoint, revocationBasepoint)),
  )
  return found(secretKeyAdd(found(left), found(right)))
}
