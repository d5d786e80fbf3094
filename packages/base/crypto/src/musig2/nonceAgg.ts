import { concatBytes, err, ok, type Result } from '@ply/bytes'
import { addPoints, encodeExtended, parsePoint, type Point, POINT_SIZE } from './point.ts'
import { blame, type MusigViolation } from './violation.ts'

/** Length of a public and of an aggregate nonce. */
export const NONCE_SIZE = 2 * POINT_SIZE

/** BIP 327 NonceAgg: the sum of 66-byte public nonces. Violation: `invalid-contribution` (pubnonce). */
export function nonceAgg(publicNonces: readonly Uint8Array[]): Result<Uint8Array, MusigViolation> {
  const halves: Uint8Array[] = []
  for (const start of [0, POINT_SIZE]) {
    let sum: Point
    for (const [signer, nonce] of publicNonces.entries()) {
      const point = nonce.length === NONCE_SIZE ? parsePoint(nonce.subarray(start, start + POINT_SIZE)) : undefined
      if (!point) return err(blame('pubnonce', signer))
      sum = addPoints(sum, point)
    }
    halves.push(encodeExtended(sum))
  }
  return ok(concatBytes(...halves))
}
