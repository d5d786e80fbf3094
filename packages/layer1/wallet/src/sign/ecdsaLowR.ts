import { assert, ByteWriter } from '@ply/bytes'
import { ecdsaSign } from '@ply/crypto'

/**
 * A low-s signature whose r is low too, so that its DER form never takes more than 70 bytes. Tries RFC 6979 nonces
 * with a counter as extra entropy until r fits, as Bitcoin Core does: byte for byte the same signatures.
 */
export function signEcdsaLowR(hash: Uint8Array, secretKey: Uint8Array): Uint8Array {
  let signature = ecdsaSign(hash, secretKey)
  for (let counter = 1; signature !== undefined && (signature[0]! & 0x80) !== 0; counter++) {
    signature = ecdsaSign(hash, secretKey, new ByteWriter(32).u32(counter).bytes(new Uint8Array(28)).finish())
  }
  assert(signature !== undefined, 'secret key out of range')
  return signature
}
