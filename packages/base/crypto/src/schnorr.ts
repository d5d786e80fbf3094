import { activeProvider } from './provider/active.ts'

/** BIP 340 verification; `publicKey` is the 32-byte x coordinate. Malformed input is false. */
export const schnorrVerify = (message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean =>
  activeProvider().schnorrVerify(message, signature, publicKey)

/** BIP 340 signature (64 bytes) with 32 bytes of auxiliary randomness. Undefined for a secret key out of range. */
export const schnorrSign = (message: Uint8Array, secretKey: Uint8Array, auxRand: Uint8Array): Uint8Array | undefined =>
  activeProvider().schnorrSign(message, secretKey, auxRand)
