import { bigintFromBytesBE, bigintToBytesBE, concatBytes } from '@ply/bytes'
import { isPublicKey } from './keys.ts'

/** Of the field over which the curve is. */
const FIELD = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD
    square = (square * square) % FIELD
  }
  return result
}

/** The 65 bytes of a public key of 33; undefined for what is no point of the curve. */
export function uncompressPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
  if (publicKey.length !== 33 || !isPublicKey(publicKey)) return undefined
  const x = bigintFromBytesBE(publicKey.subarray(1))
  // y² = x³ + 7, and the field's size is 3 mod 4: that power is a root.
  const root = power((x * x * x + 7n) % FIELD, (FIELD + 1n) / 4n)
  const y = (root & 1n) === BigInt(publicKey[0]! & 1) ? root : FIELD - root
  return concatBytes(Uint8Array.of(4), publicKey.subarray(1), bigintToBytesBE(y, 32))
}
