/**
 * Turns what consensus takes for a public key into SEC 1: 33 bytes (02, 03) or 65 bytes (04), and the hybrid
 * forms (06, 07), whose prefix must agree with the parity of y. Undefined for any other length or prefix.
 */
export function toSec1(publicKey: Uint8Array): Uint8Array | undefined {
  const prefix = publicKey[0]
  if (publicKey.length === 33) return prefix === 2 || prefix === 3 ? publicKey : undefined
  if (publicKey.length !== 65) return undefined
  if (prefix === 4) return publicKey
  if ((prefix === 6 || prefix === 7) && (publicKey[64]! & 1) === (prefix & 1)) {
    const uncompressed = publicKey.slice()
    uncompressed[0] = 4
    return uncompressed
  }
  return undefined
}
