/** BOLT 8: 32 zero bits, then the counter as 64 bits little-endian. */
export function encodeNonce(counter: number): Uint8Array {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setBigUint64(4, BigInt(counter), true)
  return nonce
}
