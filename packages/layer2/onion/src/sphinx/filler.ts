import { computeStream, deriveKey } from './keys.ts'

/**
 * The bytes that the hops before the last will have shifted in at the end of the payloads, once the packet reaches
 * the last hop (BOLT 4, Filler Generation). `sizes` are the bytes that each hop takes out of the front.
 */
export function computeFiller(
  sharedSecrets: readonly Uint8Array[],
  sizes: readonly number[],
  payloadsSize: number,
): Uint8Array {
  const forwarding = sizes.slice(0, -1)
  const filler = new Uint8Array(forwarding.reduce((sum, size) => sum + size, 0))
  let filled = 0
  forwarding.forEach((size, hop) => {
    filled += size
    // The hop extends its packet by `size` zeroes and encrypts them with the end of its stream.
    const stream = computeStream(deriveKey('rho', sharedSecrets[hop]!), payloadsSize + size)
    const tail = stream.subarray(payloadsSize + size - filled)
    for (let i = 0; i < filled; i++) filler[i]! ^= tail[i]!
  })
  return filler
}
